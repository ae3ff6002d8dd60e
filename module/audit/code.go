// SPDX-License-Identifier: Apache-2.0

package audit

// Code is the stable number of a kind of record; [SCHEMA.md] lists them all.
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
	CodeNotForwarded    Code = "CRED-1008" // its decision was recorded too late, so it was refused

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
	if e.Stage == StageDecision && e.Verdict == Deny && e.Enforced {
		switch e.Cause {
		case CauseBothFields:
			return CodeBothFields, 5, "warn"
		case CauseHash:
			return CodeHash, 4, "warn"
		case CauseUnreadable:
			return CodeUnreadable, 4, "warn"
		case CauseForbidden:
			return CodeForbidden, 4, "warn"
		case CauseUnavailable:
			return CodeUnavailable, 4, "error"
		default:
			return CodePolicy, 3, "warn"
		}
	}
	switch e.Outcome {
	case Applied:
		return CodeApplied, 1, "info"
	case Unchanged:
		return CodeUnchanged, 1, "info"
	case Pending:
		return CodePending, 1, "info"
	case Unauthenticated:
		return CodeUnauthenticated, 3, "warn"
	case Failed:
		return CodeFailed, 3, "warn"
	case Denied:
		return CodeNotForwarded, 4, "error"
	case Unknown:
		return CodeUnknown, 4, "error"
	}
	if e.Verdict == Deny { // monitor mode: it would have been denied
		return CodeForwarded, 3, "warn"
	}
	return CodeForwarded, 1, "info"
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
