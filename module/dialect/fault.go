// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"net/http"

	"github.com/passgate/passgate/module/audit"
)

// Fault says why a change is refused before its password is even judged.
// Neither its reason nor its text holds a byte of the request.
type Fault struct {
	Cause  audit.Cause
	Reason audit.Reason
	Status int
	Text   string // a sentence for the person at the other end
}

// Error makes a Fault printable in tests and logs.
func (f *Fault) Error() string { return string(f.Reason) + ": " + f.Text }

// The reasons of a fault: a closed vocabulary, part of the trail's format.
const (
	ReasonBothFields      audit.Reason = "both_fields"
	ReasonSpelling        audit.Reason = "spelling"
	ReasonRequestTarget   audit.Reason = "request_target"
	ReasonUserName        audit.Reason = "user_name"
	ReasonQuery           audit.Reason = "query"
	ReasonConnection      audit.Reason = "connection_header"
	ReasonRepeatedHeader  audit.Reason = "repeated_header"
	ReasonCredentials     audit.Reason = "credentials"
	ReasonEarlyData       audit.Reason = "early_data"
	ReasonMediaType       audit.Reason = "media_type"
	ReasonContentEncoding audit.Reason = "content_encoding"
	ReasonTooLarge        audit.Reason = "too_large"
	ReasonBrokenBody      audit.Reason = "broken_body"
	ReasonJSON            audit.Reason = "json"
	ReasonUnknownKey      audit.Reason = "unknown_key"
	ReasonWrongType       audit.Reason = "wrong_type"
	ReasonMissingSecret   audit.Reason = "missing_secret"
	ReasonTargetMismatch  audit.Reason = "target_mismatch"
	ReasonPatch           audit.Reason = "json_patch"
	ReasonTwoSpellings    audit.Reason = "two_spellings"
	ReasonGeneratedSecret audit.Reason = "generated_secret"
	ReasonRollback        audit.Reason = "rollback"
	ReasonSecurityOff     audit.Reason = "security_off"
	ReasonNoPassword      audit.Reason = "security_on_without_password"
	ReasonSecurityIndex   audit.Reason = "security_index"
	ReasonUserPage        audit.Reason = "user_page"
)

func unreadable(reason audit.Reason, text string) *Fault {
	return &Fault{Cause: audit.CauseUnreadable, Reason: reason, Status: http.StatusBadRequest, Text: text}
}

func withStatus(f *Fault, status int) *Fault {
	f.Status = status
	return f
}

// NewEvasion is the fault of a request that isn't spelled as the cluster's
// router expects it, yet may become a change on its way.
func NewEvasion(reason audit.Reason) *Fault {
	return unreadable(reason, evasionText[reason])
}

var evasionText = map[audit.Reason]string{
	ReasonSpelling:      "the path is another spelling of a password route; send it exactly as documented, without encoded, repeated or dotted parts",
	ReasonRequestTarget: "the request target must start with a slash",
	ReasonUserName:      "the user name in the path is empty, holds control characters, is made of dots or has a plus that is not written %2B",
}

// TooLarge is the fault of a body over its bound.
func TooLarge() *Fault {
	return withStatus(unreadable(ReasonTooLarge, "the body is larger than this operation may have"), http.StatusRequestEntityTooLarge)
}

// BrokenBody is the fault of a body that ended before its end.
func BrokenBody() *Fault {
	return unreadable(ReasonBrokenBody, "the body could not be read to its end")
}

func bothFields() *Fault {
	return &Fault{
		Cause: audit.CauseBothFields, Reason: ReasonBothFields, Status: http.StatusBadRequest,
		Text: "password and password hash were both sent; send the password alone",
	}
}
