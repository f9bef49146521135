#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Makes the certificates of the tests anew, with certtool of GnuTLS: a shop's CA
# and what it signs, and another CA. The keys of the CAs are thrown away, so all
# of them have to be made together.
# Usage: make.sh FOLDER

set -eu

cd "$1"
umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ca ()
{
  certtool --generate-privkey --ecc --curve=secp256r1 --outfile "$work/$1.key" 2>"$work/said"
  cat >"$work/template" <<END
cn = "$2"
ca
cert_signing_key
activation_date = "2020-01-01 00:00:00 UTC"
expiration_date = "2120-01-01 00:00:00 UTC"
END
  certtool --generate-self-signed --load-privkey "$work/$1.key" --template "$work/template" \
    --outfile "$1.pem" 2>"$work/said"
}

# NAME CA UNTIL PURPOSE LINE…
signed ()
{
  name=$1 ca=$2 until=$3 purpose=$4
  shift 4
  {
    echo "cn = \"$name\""
    echo 'signing_key'
    echo "$purpose"
    echo 'activation_date = "2020-01-01 00:00:00 UTC"'
    echo "expiration_date = \"$until-01-01 00:00:00 UTC\""
    for line; do
      echo "$line"
    done
  } >"$work/template"
  certtool --generate-privkey --ecc --curve=secp256r1 --outfile "$work/$name.key" 2>"$work/said"
  certtool --generate-certificate --load-privkey "$work/$name.key" \
    --load-ca-certificate "$ca.pem" --load-ca-privkey "$work/$ca.key" \
    --template "$work/template" --outfile "$name.pem" 2>"$work/said"
  sed -n '/^-----BEGIN/,/^-----END/p' "$work/$name.key" >>"$name.pem"
}

ca ca 'Pegboard test CA'
ca other-ca 'Another CA'
signed server ca 2120 tls_www_server 'dns_name = "localhost"' 'ip_address = "127.0.0.1"'
signed elsewhere ca 2120 tls_www_server 'dns_name = "elsewhere.example"'
signed expired ca 2021 tls_www_server 'dns_name = "localhost"' 'ip_address = "127.0.0.1"'
signed station ca 2120 tls_www_client
signed stranger other-ca 2120 tls_www_client
chmod 644 ./*.pem
