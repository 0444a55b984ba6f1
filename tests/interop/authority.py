# SPDX-License-Identifier: LGPL-2.1-or-later
"""A certificate authority, and a server's certificate of it, made by openssl in a folder: ca.pem, server.pem, server.key."""

import subprocess

KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']


def _openssl(folder, *arguments):
    done = subprocess.run(['openssl', *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout


def write(folder, host, names):
    (folder / 'names').write_text('subjectAltName=' + ','.join([f'IP:{host}'] + [f'DNS:{name}' for name in names]) +
                                  '\nextendedKeyUsage=serverAuth,clientAuth\n')
    _openssl(folder, 'req', '-x509', *KEY, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '3', '-subj', '/CN=Authority of a test')
    _openssl(folder, 'req', *KEY, '-keyout', 'server.key', '-out', 'server.csr', '-subj', f'/CN={names[0]}')
    _openssl(folder, 'x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-out', 'server.pem', '-days', '2',
             '-extfile', 'names')
