// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"strings"
	"unicode/utf8"
)

// Claim is what a request says about who sends it, before anybody has checked.
// It never holds a secret.
type Claim struct {
	Scheme     string // basic, bearer, apikey, negotiate, aws4, sdk-hmac, token, other, none
	Name       string // login name
	RunAs      string // whom the caller wants to act as
	KeyID      string // API key or access key id
	Replayable bool   // the credential may be sent a second time, for another path
}

// SchemeOther is the scheme of an Authorization header that we can't tell.
const SchemeOther = "other"

// ReadClaim reads the credentials' public half. A Basic header in a form that
// clusters take and this reader would not (text after a second blank, missing
// padding) is a fault: the name on record would not be the one that logs in.
func ReadClaim(h http.Header) (Claim, *Fault) {
	claim := Claim{Scheme: "none", Replayable: true, RunAs: h.Get("Es-Security-Runas-User")}
	if name := h.Get("opendistro_security_impersonate_as"); name != "" { // there only if the server expects it
		claim.RunAs = name
	}
	if strings.ContainsFunc(claim.RunAs, func(r rune) bool { return r >= utf8.RuneSelf }) {
		// Header bytes are ISO-8859-1 to the clusters (RFC 9110, section 5.5, knows
		// no other meaning): they would act as somebody else than is recorded.
		return claim, unreadable(ReasonCredentials, "the header that names whom to act as must be plain ASCII")
	}
	value := h.Get("Authorization")
	if value == "" {
		if h.Get("X-Auth-Token") != "" {
			claim.Scheme = "token"
		}
		return claim, nil
	}
	scheme, rest, _ := strings.Cut(value, " ")
	switch strings.ToLower(scheme) {
	case "basic":
		return basicClaim(claim, rest)
	case "bearer":
		claim.Scheme = "bearer"
	case "apikey":
		claim.Scheme = "apikey"
		if id, _, ok := decodePair(rest); ok {
			claim.KeyID = id
		}
	case "negotiate":
		claim.Scheme, claim.Replayable = "negotiate", false // a ticket is good once (RFC 4559)
	case "aws4-hmac-sha256", "aws4-ecdsa-p256-sha256":
		claim.Scheme, claim.Replayable = "aws4", false
		claim.KeyID = accessKey(rest)
	case "sdk-hmac-sha256", "sdk-hmac-sm3", "sdk-ecdsa-p256-sha256", "sdk-sm2-sm3", "v11-hmac-sha256":
		claim.Scheme, claim.Replayable = "sdk-hmac", false
		claim.KeyID = accessKey(rest)
	default:
		// Not ours to know, but some plugin's: OpenSearch takes a bare JWT
		// (HTTPJwtAuthenticator.java). Asking costs nothing; only a 401 proves nothing.
		claim.Scheme = SchemeOther
	}
	return claim, nil
}

func basicClaim(claim Claim, rest string) (Claim, *Fault) {
	claim.Scheme = "basic"
	name, _, ok := decodePair(rest)
	if !ok {
		return claim, unreadable(ReasonCredentials, "the Basic credentials must be one padded base64 text of name:password and nothing else")
	}
	claim.Name = name
	return claim, nil
}

// decodePair reads base64(first:second) and returns both; the second is a secret.
// RFC 7617, section 2, allows no control characters in either. A NUL would log a user
// in by something that isn't his password (policy's rule no_nul), and the history
// would learn that in its place.
func decodePair(text string) (first, second string, ok bool) {
	plain, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || strings.ContainsAny(text, "\r\n") || !utf8.Valid(plain) || bytes.IndexByte(plain, 0) >= 0 {
		return "", "", false
	}
	return strings.Cut(string(plain), ":")
}

// accessKey finds the access key id in a signature's parameters: Access=AK, or
// the first part of Credential=AK/date/….
func accessKey(params string) string {
	for part := range strings.SplitSeq(params, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "Access":
			return value
		case "Credential":
			id, _, _ := strings.Cut(value, "/")
			return id
		}
	}
	return ""
}
