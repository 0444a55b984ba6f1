// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A message in one file: sends one (RFC 3428), or tells of those that come.

import GLib from 'gi://GLib';
import Sip from 'gi://Sip?version=1.0';
import System from 'system';

const USAGE = `gjs -m message.js [--listen URI] [--server URI] [--uri URI] [--once] [TARGET TEXT]

  --listen URI   wait for messages here (udp://127.0.0.1:5060)
  --server URI   be connected to a server (wss://sip.example.com/)
  --uri URI      who you are (sip:message@127.0.0.1)
  --once         leave after the first message`;

function parseArguments(args) {
    const options = {uri: 'sip:message@127.0.0.1', rest: []};
    for (let i = 0; i < args.length; i++) {
        if (['--listen', '--server', '--uri'].includes(args[i]))
            options[args[i].slice(2)] = args[++i];
        else if (args[i] === '--once')
            options.once = true;
        else
            options.rest.push(args[i]);
    }
    const waits = options.rest.length === 0 && (options.listen || options.server);
    if (options.rest.length !== 2 && !waits) {
        printerr(USAGE);
        System.exit(2);
    }
    return options;
}

const options = parseArguments(ARGV);
const loop = new GLib.MainLoop(null, false);
const agent = new Sip.UserAgent({uri: options.uri});
let status = 1;

function leave(withStatus) {
    status = withStatus;
    loop.quit();
}

agent.connect('message', (_agent, {request, remoteIdentity}) => {
    const body = request.get_body();
    const text = body ? new TextDecoder().decode(body.get_data()) : '';
    print(`${remoteIdentity?.get_friendly_name() ?? 'somebody'}: ${JSON.stringify(text)}`);
    if (options.once) {
        GLib.idle_add(GLib.PRIORITY_DEFAULT, () => {
            leave(0);
            return GLib.SOURCE_REMOVE;
        });
    }
    // It is answered 200 when nobody has answered otherwise.
    return false;
});

async function main() {
    await agent.start();
    if (options.rest.length === 0)
        return;
    const response = await agent.message(...options.rest);
    print(response.get_status_code(), response.get_reason_phrase());
    leave(response.get_status_code() < 300 ? 0 : 1);
}

if (options.server)
    agent.set_servers([options.server]);
if (options.listen)
    print(`listening at ${agent.listen(options.listen)}`);
main().catch(error => {
    printerr(`not delivered: ${error.message}`);
    leave(1);
});
loop.run();
agent.stop().catch(logError).finally(() => loop.quit());
loop.run();
System.exit(status);
