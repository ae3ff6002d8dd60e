// SPDX-License-Identifier: Apache-2.0

package audit

import "strconv"

// message is one sentence for people, put together from fixed templates and
// names; nothing may be parsed from it.
func message(e *Event) string {
	who, whose, where := "somebody", "an unknown user", ""
	if e.Actor.Name != "" {
		who = Name(e.Actor.Name)
	}
	if len(e.Targets) > 0 {
		whose = Name(e.Targets[0])
	}
	if n := len(e.Targets) - 1; n > 0 {
		whose += " and " + strconv.Itoa(n) + " more"
	}
	if e.Cluster != "" {
		where = " on " + Name(e.Cluster)
	}
	return who + phrase(e) + whose + where + reason(e)
}

// phrase says what happened, from the verdict and the outcome.
func phrase(e *Event) string {
	if e.Stage == StageDecision && e.Outcome == Denied {
		return " was refused a new password for "
	}
	switch e.Outcome {
	case Applied:
		return " changed the password of "
	case Unchanged:
		return " sent again the password in force of "
	case Pending:
		return " has started a change of the password of "
	case Unauthenticated:
		return " was not known to the cluster when changing the password of "
	case Failed:
		return " was refused by the cluster a new password for "
	case Denied:
		return " was refused after all a new password for "
	case Unknown:
		return " may or may not have changed the password of "
	}
	return " asks to change the password of "
}

func reason(e *Event) string {
	switch {
	case e.Stage == StageDecision && e.Verdict == Deny && e.Cause == CausePolicy:
		text := ": " + strconv.Itoa(len(e.Rules)) + " rules of policy " + Name(e.Policy)
		if len(e.Rules) == 1 {
			text = ": 1 rule of policy " + Name(e.Policy)
		}
		if !e.Enforced {
			text += " broken, not enforced"
		}
		return text
	case e.Stage == StageDecision && e.Verdict == Deny:
		text := ": " + string(e.Cause)
		if !e.Enforced {
			text += ", not enforced"
		}
		return text
	case e.Stage == StageDecision && e.Verdict == Allow:
		return ": allowed by policy " + Name(e.Policy)
	case e.Stage == StageDecision && e.Verdict == Unjudged:
		return ": carries no secret"
	}
	return ""
}
