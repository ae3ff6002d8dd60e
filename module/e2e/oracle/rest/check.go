// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"fmt"

	"github.com/passgate/passgate/module/dialect"
	"github.com/passgate/passgate/module/e2e/oracle"
	"github.com/passgate/passgate/policy"
)

// judge is the run's policy, in this process.
func judge() (*policy.Policy, error) {
	return policy.New("oracle", []policy.Statement{{Name: "min_length", Args: []string{minLength}}})
}

// check compares what a layer behind the gateway read with what the gateway
// recorded and with what its readers find in the bytes that were sent. It
// returns what is wrong, or "".
func check(p *policy.Policy, event oracle.Reading, decisions []*record, found map[string]expected) string {
	if len(decisions) != 1 {
		return fmt.Sprintf("expected one decision for it on the trail, found %d", len(decisions))
	}
	e, ok := found[event.ID]
	if !ok {
		return "the gateway's own readers find no change in it"
	}
	var setting oracle.Setting
	if len(event.Settings) > 0 {
		setting = event.Settings[0]
	}
	d := decisions[0]
	if wrong := checkRecord(event, setting, d); wrong != "" {
		return wrong
	}
	if wrong := checkActor(event, d); wrong != "" {
		return wrong
	}
	if !setting.HasSecret {
		if d.Gateway.Verdict != "unjudged" || len(e.change.Secrets) > 0 {
			return fmt.Sprintf("the layer read no secret, the gateway %d; verdict %s", len(e.change.Secrets), d.Gateway.Verdict)
		}
		return ""
	}
	if d.Gateway.Verdict != "allow" {
		return "the layer read a secret, the verdict was " + d.Gateway.Verdict
	}
	if len(e.change.Secrets) != 1 {
		return fmt.Sprintf("the layer read one secret, the gateway %d", len(e.change.Secrets))
	}
	return checkSecret(p, setting, e.change.Secrets[0])
}

// checkRecord compares method, operation and target.
func checkRecord(event oracle.Reading, setting oracle.Setting, d *record) string {
	if event.Method != d.HTTP.Request.Method {
		return fmt.Sprintf("the layer read the method %s, the trail says %s", event.Method, d.HTTP.Request.Method)
	}
	operation, target := event.Operation, setting.Target
	if operation == string(dialect.ChangePassword) && !setting.HasTarget {
		operation, target = string(dialect.OwnPassword), ""
		if len(event.Logins) > 0 {
			target = event.Logins[0]
		}
		if event.RunAs != "" {
			target = event.RunAs
		}
	}
	if operation != d.Gateway.Operation {
		return fmt.Sprintf("the layer read %s, the trail says %s", operation, d.Gateway.Operation)
	}
	if target != d.target() {
		return fmt.Sprintf("the layer read the target %q, the trail says %q", target, d.target())
	}
	return ""
}

// checkActor compares the login and who is acted for, as far as a Basic header
// tells them.
func checkActor(event oracle.Reading, d *record) string {
	login := ""
	if len(event.Logins) > 0 {
		login = event.Logins[0]
	}
	recorded, actingAs := d.User.Name, ""
	if event.RunAs != "" {
		actingAs, recorded = d.User.Name, d.Gateway.Actor.Initiator
	}
	if actingAs != event.RunAs {
		return fmt.Sprintf("the layer read run-as %q, the trail says %q", event.RunAs, actingAs)
	}
	if login != recorded {
		return fmt.Sprintf("the layer read the login %q, the trail says %q", login, recorded)
	}
	return ""
}

func checkSecret(p *policy.Policy, setting oracle.Setting, ours dialect.Secret) string {
	if setting.Secret != ours.Value || setting.Hash != ours.Hash {
		return fmt.Sprintf("the layer read the secret %q, the gateway %q", setting.Secret, ours.Value)
	}
	if setting.FullName != ours.FullName || setting.Email != ours.Email {
		return "the layer read another full name or address than the gateway"
	}
	if setting.Hash {
		if p.JudgeHash(setting.Secret) != nil {
			return "the layer read a hash that the policy denies"
		}
		return ""
	}
	if len(p.Judge(policy.Change{Password: setting.Secret, Username: setting.Target})) > 0 {
		return fmt.Sprintf("the layer read %q, which the policy denies", setting.Secret)
	}
	return ""
}
