// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Tests that speak TAP: await run({'a name': async () => {...}, ...}).

import System from 'system';

export function assertEqual(actual, expected, what = '') {
    const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (a !== b)
        throw new Error(`${what} is ${a}, not ${b}`);
}

export function assert(value, what = 'it') {
    if (!value)
        throw new Error(`${what} does not hold`);
}

export function assertThrows(func, matches, what = 'it') {
    try {
        func();
    } catch (error) {
        if (matches(error))
            return;
        throw error;
    }
    throw new Error(`${what} did not throw`);
}

// The function fails, or its promise does, with this error of a domain, and says `words`.
export async function assertRefused(domain, code, func, words = '') {
    try {
        await func();
    } catch (error) {
        if (error.matches?.(domain, code) && error.message.includes(words))
            return;
        throw error;
    }
    throw new Error(`${func} did not fail`);
}

export async function run(tests) {
    let number = 0, good = true;

    for (const [name, test] of Object.entries(tests)) {
        number++;
        try {
            await test();
            print(`ok ${number} ${name}`);
        } catch (error) {
            good = false;
            print(`not ok ${number} ${name}`);
            for (const line of `${error}\n${error.stack ?? ''}`.trim().split('\n'))
                print(`# ${line}`);
        }
    }
    print(`1..${number}`);
    System.exit(good ? 0 : 1);
}
