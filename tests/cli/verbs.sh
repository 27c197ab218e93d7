# Every exit status that a script can meet, through the installed command: the part of them that $1 names.
# PROGRAM is the command, BROKEN a folder whose settings file has a syntax error, and each of RUNNING PASSED FAILED
# CANCELED TIMEOUT a run.

failures=0

expect() {
    wanted=$1
    shift
    said=$("$PROGRAM" "$@" </dev/null 2>&1)
    got=$?
    if [ "$got" -eq "$wanted" ]; then
        echo "ok $wanted: $*"
    else
        failures=$((failures + 1))
        echo "NOT $wanted but $got: $*"
        echo "$said"
    fi
}

with() { # NAME=VALUE STATUS ARGUMENTS...
    setting=$1
    shift
    before=$(eval "echo \"\${${setting%%=*}-}\"")
    export "${setting?}"
    expect "$@"
    export "${setting%%=*}=$before"
}

verdicts() { # verdicts VERB
    expect 0 "$1" "$PASSED"
    expect 1 "$1" "$FAILED"
    expect 3 "$1" "$CANCELED"
    expect 5 "$1" "$TIMEOUT"
    expect 0 "$1" --no-exit-status "$FAILED"
    expect 2 "$1" not-a-run
    expect 2 "$1" --colour "$PASSED"
    expect 7 "$1" 0000000000000000
    with CURRENTS_API_KEY=wrong 4 "$1" "$PASSED"
    expect 2 "$1" --profile nobody "$PASSED"
}

status_verdicts() {
    verdicts status
}

watch_verdicts() {
    verdicts watch
}

looks() {
    expect 8 status "$RUNNING"
    expect 0 status --no-exit-status "$RUNNING"
    expect 2 status --format '{nothing}' "$PASSED"
    with CURRENTS_TUI_API_URL=http://127.0.0.1:1/v1 6 status "$PASSED"
    with CURRENTS_TUI_API_URL=http://elsewhere.example/v1 2 status "$PASSED"
}

early_ends() {
    expect 8 watch --timeout 1s "$RUNNING"
    expect 9 watch --fail-on-stuck 1m "$RUNNING"
    expect 1 watch --fail-fast "$FAILING"
    expect 7 watch --wait-for-start 1s 0000000000000000
    expect 0 watch --no-exit-status --timeout 1s "$RUNNING"
}

others() {
    expect 0 failures "$FAILED"
    expect 7 failures 0000000000000000
    expect 0 diff "$FAILED" "$PASSED"
    expect 7 diff "$FAILED" 0000000000000000
    expect 0 runs -n 3
    expect 2 runs --project no/project
    expect 0 doctor
    with CURRENTS_API_KEY=wrong 4 doctor

    expect 10 cancel --yes "$PASSED"
    expect 0 cancel --yes --if-running "$PASSED"
    expect 2 cancel "$RUNNING"
    expect 8 delete --yes "$RUNNING"
    expect 7 cancel --yes 0000000000000000
}

itself() {
    expect 0 --version
    expect 0 help
    expect 0 help exit-codes
    expect 2 help everything
    expect 0 config path
    expect 0 config show
    with XDG_CONFIG_HOME="$BROKEN" 2 config show
    with XDG_CONFIG_HOME="$BROKEN" 2 status "$PASSED"
    expect 0 completion bash
    expect 2 completion tcsh
    expect 2 # a full screen, where there is no terminal
    expect 0 --project "$CURRENTS_PROJECT_ID" status "$PASSED"
}

conditions() {
    for run in "$PASSED" "$FAILED" "$CANCELED" "$TIMEOUT"; do
        "$PROGRAM" watch --quiet "$run" >/dev/null && echo "and goes on: $run"
    done

    # Whoever reads has gone when the end is told.
    {
        "$PROGRAM" watch --json --timeout 1s "$RUNNING"
        echo "closed pipe: $?" >&2
    } | head -n 1 >/dev/null
}

"$1"
exit $failures
