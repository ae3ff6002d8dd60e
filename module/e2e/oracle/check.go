// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"fmt"
	"slices"

	"github.com/passgate/passgate/module/dialect"
)

// Check holds the property for one input and one cluster: what the cluster
// found, the gateway found or refused. It returns what is wrong, or "".
func Check(in *Input, ours Ours, reading Reading) string {
	if ours.Refused || !reading.effective(in.Question) {
		return ""
	}
	switch in.Question {
	case Target:
		return checkTarget(ours, reading)
	case Basic:
		return checkBasic(ours, reading)
	}
	for _, s := range reading.Settings {
		if !s.HasSecret {
			continue
		}
		if wrong := checkSecret(in, ours.Change, s); wrong != "" {
			return wrong
		}
	}
	return ""
}

func checkTarget(ours Ours, reading Reading) string {
	var name string
	var named bool
	for _, s := range reading.Settings {
		name, named = s.Target, s.HasTarget
	}
	want := reading.Operation
	if want == string(dialect.ChangePassword) && !named {
		want = string(dialect.OwnPassword)
	}
	if string(ours.Operation) != want {
		return fmt.Sprintf("the cluster finds %s, the gateway %q", want, ours.Operation)
	}
	if named != (len(ours.Change.Targets) == 1) && ours.Operation != dialect.PatchUsers {
		return fmt.Sprintf("the cluster finds the target named: %v, the gateway has %q", named, ours.Change.Targets)
	}
	if named && !slices.Equal(ours.Change.Targets, []string{name}) {
		return fmt.Sprintf("the cluster finds the target %q, the gateway %q", name, ours.Change.Targets)
	}
	return ""
}

func checkBasic(ours Ours, reading Reading) string {
	if name := reading.Settings[0].Target; ours.Claim.Scheme != "basic" || ours.Claim.Name != name {
		return fmt.Sprintf("the cluster finds the login %q, the gateway %q by %s", name, ours.Claim.Name, ours.Claim.Scheme)
	}
	return ""
}

// checkSecret looks for what one user got among what the gateway judged. A patch
// may set several in turn: each is judged, the last stays.
func checkSecret(in *Input, change dialect.Change, s Setting) string {
	for _, secret := range change.Secrets {
		target := s.Target
		if in.Question == ChangeBody {
			target = secret.Target // the path's, not the body's
		}
		if in.Question == AccountBody {
			target = secret.Target // the caller's own
		}
		if secret.Value == s.Secret && secret.Hash == s.Hash && secret.Target == target && secret.Current == s.Current &&
			secret.FullName == s.FullName && secret.Email == s.Email {
			return ""
		}
	}
	return fmt.Sprintf("the cluster sets %+v, the gateway read %+v", s, change.Secrets)
}
