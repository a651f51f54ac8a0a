#!/usr/bin/env bash
# Has documents signed: bash, curl ≥ 7.71 and jq.
#
#     trien.sh submit ID FILE.pdf SIGNER SUBJECT   queues a document and prints the request; ID is your own for it
#     trien.sh follow                              prints what happens, and fetches what is completed
#     trien.sh fetch REQUEST                       the signed document and its evidence
#     trien.sh recall REQUEST WHY                  takes a request back
#
# TRIEN_SERVER, TRIEN_UNIT and TRIEN_API_KEY say where, for which unit and as whom. With TRIEN_CLIENT_ID, the key's id,
# the key is changed for a token of some minutes (OAuth2).
set -euo pipefail
api=${TRIEN_SERVER%/}/api/v1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
expires=0

submit() {
    local id=$1 file=$2 signer=$3 subject=$4 person
    ask "people?unit=$TRIEN_UNIT"
    person=$(jq -er --arg name "$signer" '[.[] | select(.name == $name).id] | if length == 1 then .[0] else empty end' "$scratch/answer") ||
        die "not exactly one person is called $signer"
    jq -n --arg unit "$TRIEN_UNIT" --arg person "$person" --arg subject "$subject" --arg sha256 "$(sha256sum <"$file" | cut -c 1-64)" '{
        $unit, $sha256, classification: "open",
        metadata: { $subject, kind: "Quyết định", issuer: "UBND xã Mây Ngàn" },
        steps: [{ role: "approve", signers: [{ $person }] }]
    }' >"$scratch/request"
    # The same key for the same paper, however often this runs: it is queued once.
    ask requests --header "Idempotency-Key: $id" \
        --form "request=<$scratch/request;type=application/json" --form "document=@\"$file\";type=application/pdf"
    jq -r .request "$scratch/answer"
}

# Goes on where it was when it last ran.
follow() {
    local cursor outcome request
    while true; do
        cursor=$(cat cursor 2>/dev/null || echo 0)
        # While nothing happens the answer is 304, without a body.
        ask "changes?cursor=$cursor" --etag-save "$scratch/tag.new" --etag-compare "$scratch/tag"
        if [ "$status" = 304 ] || [ "$(jq '.changes | length' "$scratch/answer")" = 0 ]; then
            [ "$status" = 304 ] || mv "$scratch/tag.new" "$scratch/tag"
            sleep "${TRIEN_INTERVAL:-5}"
            continue
        fi
        rm -f "$scratch/tag"
        cp "$scratch/answer" "$scratch/page"
        while read -r outcome request; do heed "$outcome" "$request"; done < <(jq -r '.changes[] | "\(.outcome) \(.request)"' "$scratch/page")
        # Kept only now: what was not dealt with is read again.
        jq .cursor "$scratch/page" >cursor.new
        mv cursor.new cursor
    done
}

# Acts on a change; names that are not known yet are only shown.
heed() {
    local outcome=$1 request=$2
    echo "$outcome $request"
    case $outcome in
    completed) fetch "$request" ;;
    rejected | returned)
        ask "requests/$request/decisions"
        jq -r '.[-1] | "\(.person.name): \(.reason)"' "$scratch/answer"
        ;;
    esac
}

fetch() {
    local request=$1 decision
    ask "requests/$request/document"
    mv "$scratch/answer" "$request.signed.pdf"
    ask "requests/$request/decisions"
    for decision in $(jq -r '.[].decision' "$scratch/answer"); do
        ask "requests/$request/evidence/$decision"
        mv "$scratch/answer" "$request.$decision.evidence"
    done
}

recall() {
    local request=$1 why=$2
    jq -n --arg why "$why" '{ $why }' | ask "requests/$request/recall" --header "Content-Type: application/json" --data-binary @-
}

# Leaves the answer in $scratch/answer and its status in $status. What may pass (429, 503, no answer) is tried again:
# every call here may be repeated. A refusal ends the script.
ask() {
    local path=$1
    shift
    credential
    status=$(curl --config "$scratch/credential" --silent --show-error --max-time 60 --retry 6 --retry-all-errors \
        --output "$scratch/answer" --write-out '%{http_code}' "$@" "$api/$path")
    [ "$status" -lt 400 ] || refused
}

# In a file, because every user of the machine sees what stands on a command line.
credential() {
    [ "$SECONDS" -ge "$expires" ] || return 0
    local token=$TRIEN_API_KEY
    expires=$((SECONDS + 86400))
    if [ -n "${TRIEN_CLIENT_ID:-}" ]; then
        printf 'user = "%s:%s"\n' "$TRIEN_CLIENT_ID" "$TRIEN_API_KEY" >"$scratch/client"
        curl --config "$scratch/client" --silent --show-error --fail-with-body --max-time 60 --retry 6 --retry-connrefused \
            --output "$scratch/token" --data grant_type=client_credentials "$api/oauth/token"
        token=$(jq -er .access_token "$scratch/token")
        expires=$((SECONDS + $(jq .expires_in "$scratch/token") - 60))
    fi
    printf 'header = "Authorization: Bearer %s"\n' "$token" >"$scratch/credential"
}

# A problem document (RFC 9457): programs go by its type, people read the rest.
refused() {
    local type
    type=$(jq -r .type "$scratch/answer" 2>/dev/null) || die "status $status, and no problem document"
    case $type in
    urn:trien:problem:request-ended) die "too late: it was decided already" ;;
    urn:trien:problem:idempotency-conflict) die "this id was used for something else" ;;
    *) die "$type: $(jq -r '"\(.title) \(.detail)"' "$scratch/answer")" ;;
    esac
}

die() {
    echo "$*" >&2
    exit 1
}

case ${1:-} in
submit | follow | fetch | recall) "$@" ;;
*) sed -n '2,9s/^# \{0,1\}//p' "$0" && exit 64 ;;
esac
