// SPDX-License-Identifier: Apache-2.0

package audit

// Code is the stable number of a kind of record; SCHEMA.md lists them all.
// Detection rules and reports are written against codes: they are never reused
// and never change their meaning.
type Code string

// The codes of changes.
const (
	CodeForwarded       Code = "CRED-1000" // decided, about to be forwarded
	CodeApplied         Code = "CRED-1001"
	CodeFailed          Code = "CRED-1002" // the cluster said no
	CodeUnknown         Code = "CRED-1003" // no answer, 5xx, connection lost
	CodeInDoubt         Code = "CRED-1004" // the gateway stopped before the outcome was known
	CodeUnchanged       Code = "CRED-1005" // the password in force was sent again
	CodePending         Code = "CRED-1006" // accepted, carried out later by the cluster
	CodeUnauthenticated Code = "CRED-1007" // the cluster did not accept the credentials
	CodeNotForwarded    Code = "CRED-1008" // allowed, but refused before it was sent

	CodePolicy      Code = "CRED-2001"
	CodeBothFields  Code = "CRED-2002"
	CodeHash        Code = "CRED-2003"
	CodeUnreadable  Code = "CRED-2004"
	CodeForbidden   Code = "CRED-2005"
	CodeFlood       Code = "CRED-2006" // repeated refusals of one source, counted
	CodeUnavailable Code = "CRED-2007" // something the decision needs was down
)

// codeOf returns the code, the severity (1 info, 3 notice, 4 review, 5 alarm)
// and the log level of an event.
func codeOf(e *Event) (code Code, severity int64, level string) {
	if e.code != "" {
		return e.code, severityReview, "error"
	}
	if e.Stage == StageDecision && e.Verdict == Deny && e.Enforced {
		switch e.Cause {
		case CauseBothFields:
			return CodeBothFields, severityAlarm, "warn"
		case CauseHash:
			return CodeHash, severityReview, "warn"
		case CauseUnreadable:
			return CodeUnreadable, severityReview, "warn"
		case CauseForbidden:
			return CodeForbidden, severityReview, "warn"
		case CauseUnavailable:
			return CodeUnavailable, severityReview, "error"
		default:
			return CodePolicy, severityNotice, "warn"
		}
	}
	switch e.Outcome {
	case Applied:
		return CodeApplied, severityInfo, "info"
	case Unchanged:
		return CodeUnchanged, severityInfo, "info"
	case Pending:
		return CodePending, severityInfo, "info"
	case Unauthenticated:
		return CodeUnauthenticated, severityNotice, "warn"
	case Failed:
		return CodeFailed, severityNotice, "warn"
	case Denied:
		return CodeNotForwarded, severityReview, "error"
	case Unknown:
		return CodeUnknown, severityReview, "error"
	}
	if e.Verdict == Deny { // monitor mode: it would have been denied
		return CodeForwarded, severityNotice, "warn"
	}
	return CodeForwarded, severityInfo, "info"
}

// ecsOutcome maps an outcome to the three words ECS has for event.outcome.
func ecsOutcome(o Outcome) string {
	switch o {
	case Applied, Unchanged:
		return "success"
	case Denied, Unauthenticated, Failed:
		return "failure"
	}
	return "unknown"
}
