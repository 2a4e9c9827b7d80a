#!/usr/bin/env bash
# Starts a Kubernetes with Argo Workflows for tests/cluster, where a script for that is at hand.
#   .ci/cluster.sh         starts it in the background and prints the path that its kubeconfig will have
#   .ci/cluster.sh wait    waits until it is up and prints the path; exit 1 if it does not come up
# Both print nothing on standard output, say why on standard error, and exit 0 where there is no such script.
#   KFDSL_TEST_KUBECONFIG    a cluster that runs already: it is used as it is
#   KFDSL_CLUSTER_UP         the script; otherwise ../shared/cluster/up.sh beside the project, if it exists
#   KFDSL_CLUSTER_SECONDS    how long to wait; 1500, since the first start builds everything
# The script must say "export KUBECONFIG=PATH" once the cluster is up, and exit; it gets CLUSTER_STATE, a folder.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$root/build/cluster
mode=${1:-start}
case $mode in start | wait) ;; *)
  sed -n '2,4s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
  ;;
esac

if [ -n "${KFDSL_TEST_KUBECONFIG:-}" ]; then
  printf '%s\n' "$KFDSL_TEST_KUBECONFIG"
  exit 0
fi
up=${KFDSL_CLUSTER_UP:-$root/../shared/cluster/up.sh}
if [ ! -f "$up" ]; then
  echo "no cluster: KFDSL_TEST_KUBECONFIG is not set, and there is no script $up to start one" >&2
  exit 0
fi
export CLUSTER_STATE=${CLUSTER_STATE:-${XDG_STATE_HOME:-$HOME/.local/state}/cluster}

start() {
  mkdir -p "$work"
  # two starts of one cluster at a time would disturb each other
  exec 9>"$work/lock"
  if flock -n 9; then
    rm -f "$work/status"
    # What a machine that was stopped hard has left behind may stand in the way: then once more, from the ground.
    # shellcheck disable=SC2016
    setsid bash -c '
      bash "$1" 9>&-
      code=$?
      if [ $code != 0 ] && [ -f "${1%/*}/down.sh" ]; then
        echo "the cluster did not come up (exit $code); once more, from the ground"
        bash "${1%/*}/down.sh" --delete 9>&-
        bash "$1" 9>&-
        code=$?
      fi
      echo $code >"$2.new"
      mv "$2.new" "$2"' - "$up" "$work/status" >"$work/log" 2>&1 </dev/null &
  fi
  exec 9>&-
}

started() { [ -f "$work/status" ] || { [ -f "$work/lock" ] && ! flock -n "$work/lock" true; }; }

if [ "$mode" = start ]; then
  start
  printf '%s\n' "$CLUSTER_STATE/kubeconfig"
  exit 0
fi

started || start
limit=$((SECONDS + ${KFDSL_CLUSTER_SECONDS:-1500}))
until [ -f "$work/status" ]; do
  if [ $SECONDS -ge $limit ]; then
    echo "the cluster is not up after ${KFDSL_CLUSTER_SECONDS:-1500} s; the end of $work/log:" >&2
    tail -n 20 "$work/log" >&2
    exit 1
  fi
  sleep 0.5
done
if [ "$(cat "$work/status")" != 0 ]; then
  echo "the cluster did not come up; the end of $work/log:" >&2
  tail -n 20 "$work/log" >&2
  exit 1
fi
path=$(sed -n 's/.*export KUBECONFIG=\([^ ]*\).*/\1/p' "$work/log" | tail -n 1)
printf '%s\n' "${path:-$CLUSTER_STATE/kubeconfig}"
