#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Asks the completions what they would offer. Usage:
# check-completions.bash DIR; prints TAP.

set -u

dir=$1
failed=0
count=0
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

# The server, as far as the completion sees it. The last name would make a
# file, if it were ever evaluated.
pegctl ()
{
  printf '%s\n' "$*" > "$scratch/called"
  printf '%s\n' 'VF-4/1234567_AB12.nc' 'VF-4/1234567_C1.nc' 'Fixtures/soft jaws 6 inch.nc' \
    'Lathe/Düse_Ø12.nc' "Macros/\$(touch $scratch/evaluated).nc"
}

# offers EXPECTED WORD...: what is offered for the last word, one beside the
# other with “|” between, is EXPECTED.
offers ()
{
  local expected=$1 got previous=''
  shift

  COMP_WORDS=("$@")
  COMP_CWORD=$(( $# - 1 ))
  COMPREPLY=()
  if (( COMP_CWORD > 0 )); then
    previous=${COMP_WORDS[COMP_CWORD - 1]}
  fi

  "_$1" "$1" "${COMP_WORDS[COMP_CWORD]}" "$previous" 2>> "$scratch/errors"
  got=$(IFS='|'; printf '%s' "${COMPREPLY[*]-}")
  count=$(( count + 1 ))

  if [[ $got == "$expected" ]]; then
    echo "ok $count - $*"
  else
    echo "not ok $count - $*"
    echo "# expected: $expected"
    echo "# got:      $got"
    failed=1
  fi
}

is ()
{
  local name=$1
  shift
  count=$(( count + 1 ))

  if "$@"; then
    echo "ok $count - $name"
  else
    echo "not ok $count - $name"
    sed 's/^/# /' "$scratch/errors"
    failed=1
  fi
}

for program in pegctl pegboard pegboardd; do
  # shellcheck source=/dev/null
  . "$dir/$program" 2>> "$scratch/errors" || exit 1
done

touch "$scratch/new.nc"
mkdir "$scratch/shop"

offers 'status|ls|watch|checkout|checkin|release|history|get|drafts|cards|people|login|logout' pegctl ''
offers 'send|save' pegctl drafts s
offers '--force' pegctl drafts save x --f
offers '--letter' pegctl cards --l
offers 'add|admin-pin' pegctl people a
offers '--badge' pegctl people add dana --b
offers 'VF-4/1234567_C1.nc' pegctl cards --file VF-4/1234567_AB12.nc VF-4/1234567_C
offers '' pegctl cards --person V
offers 'checkout|checkin' pegctl check
offers 'checkout|checkin' pegctl --json check
offers 'watch' pegctl --server shop : 8420 wa
offers 'watch' pegctl --server = shop : 8420 wa
offers '--server|--user|--station|--ca|--token-file|--auth|--cert|--key|--pkcs11|--pkcs11-key|--json|--verbose|--help|--version' pegctl -
offers '--names' pegctl ls --n
offers '' pegctl status --n
offers '--message|--major' pegctl checkin --m
offers '' pegctl --server ''
offers '' pegctl --user d
offers '' pegctl checkout x --message ch
offers 'VF-4/1234567_AB12.nc|VF-4/1234567_C1.nc' pegctl checkout VF
offers 'VF-4/1234567_C1.nc' pegctl history VF-4/1234567_C
offers 'VF-4/1234567_C1.nc' pegctl get 1234567_C
offers '' pegctl get 1234567
offers 'Fixtures/soft\ jaws\ 6\ inch.nc' pegctl release 'Fixtures/soft\ j'
offers 'Fixtures/soft jaws 6 inch.nc' pegctl release '"Fixtures/soft j'
offers 'Lathe/Düse_Ø12.nc' pegctl checkin Lathe/D
offers "Macros/\\\$\\(touch\\ $scratch/evaluated\\).nc" pegctl checkout Mac
offers '' pegctl checkout '"Mac'
is 'a name is never evaluated' test ! -e "$scratch/evaluated"
offers '' pegctl checkout VF-4/1234567_C1.nc V
offers "$scratch/new.nc" pegctl checkin VF-4/1234567_C1.nc "$scratch/n"
offers "$scratch/new.nc" pegctl get VF-4/1234567_C1.nc -o "$scratch/n"
offers '' pegctl ls V

offers 'VF-4/1234567_C1.nc' pegctl --server shop : 8420 --user dana get VF-4/1234567_C
is 'the same server is asked' grep -qx -e '--server shop:8420 --user dana ls --names' "$scratch/called"
offers 'VF-4/1234567_C1.nc' pegctl --server = shop : 8420 get VF-4/1234567_C
is 'also when it is joined by “=”' grep -qx -e '--server=shop:8420 ls --names' "$scratch/called"

offers '--server|--user|--station|--site|--kiosk|--demo|--standalone|--check-config|--help|--version' pegboard ''
offers '--demo' pegboard --d
offers '' pegboard --server ''
offers '' pegboard --server = shop
offers '' pegboard --station V
offers "$scratch/new.nc" pegboard --site "$scratch/n"
offers "$scratch/new.nc" pegboard --check-config = "$scratch/n"

offers '--tls-cert|--tls-key' pegboardd --tls
offers "$scratch/shop" pegboardd --root "$scratch/"
offers "$scratch/shop" pegboardd --root = "$scratch/s"
offers "$scratch/new.nc" pegboardd --config "$scratch/n"
offers '' pegboardd --listen 127
offers "$scratch/new.nc" pegboardd --jwt-secret-file "$scratch/n"
offers 'user' pegboardd u
offers 'add|list|role|token|remove' pegboardd user ''
offers 'role|remove' pegboardd user r
offers '' pegboardd user token ''
offers 'machinist' pegboardd user add dana --role m
offers 'viewer|machinist|lead|admin' pegboardd user role dana ''
offers '--role|--root' pegboardd user add dana --r
offers "$scratch/shop" pegboardd user list --data "$scratch/"

is 'nothing is complained about' test ! -s "$scratch/errors"
echo "1..$count"
exit $failed
