// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"strings"
	"unicode"

	"github.com/passgate/passgate/module/audit"
)

// A patch operation has these members and no other. The plugin ignores others,
// old versions match names loosely, and a "from" would move a stored hash.
var patchShape = shape{"op": "s", "path": "s", "value": "sbnoa#"}

// patchReader follows one JSON Patch (RFC 6902) over one user, or over the map
// of all users, and collects what it sets.
type patchReader struct {
	bulk   bool
	target string // of a patch over one user
	change Change
	seen   map[string]bool         // targets
	forms  map[string]audit.Secret // by target: to find both fields in one patch
}

func readPatch(m Match, body []byte) (Change, *Fault) {
	ops, err := readArray(body)
	if err != nil {
		return Change{}, badJSON()
	}
	p := patchReader{
		bulk: m.Operation == PatchUsers, target: m.Target,
		change: Change{Targets: namedTarget(m), Form: audit.SecretNone},
		seen:   make(map[string]bool), forms: make(map[string]audit.Secret),
	}
	for _, op := range ops {
		members, err := readObject(op)
		if err != nil {
			return Change{}, badPatch("every patch operation must be a JSON object")
		}
		if fault := p.operation(members); fault != nil {
			return Change{}, fault
		}
	}
	return p.change, nil
}

func badPatch(text string) *Fault { return unreadable(ReasonPatch, text) }

func (p *patchReader) operation(members []member) *Fault {
	if fault := checkShape(members, patchShape); fault != nil {
		return fault
	}
	op, _ := find(members, "op")
	at, hasPath := find(members, "path")
	value, hasValue := find(members, "value")
	switch op.text {
	case "add", "replace":
		if !hasValue {
			return badPatch("add and replace need a value")
		}
	case "remove":
		if hasValue {
			return badPatch("remove takes no value")
		}
	default:
		return badPatch("a patch may add, replace and remove, spelled in lower case")
	}
	if !hasPath {
		return badPatch("every patch operation needs a path")
	}
	return p.set(op.text, at.text, value)
}

// set follows one operation to what it sets. Only the tokens of a plain pointer
// (RFC 6901) are understood alike everywhere: some versions decode ~ twice, some
// know ~2, some ignore what stands before the first slash.
func (p *patchReader) set(op, pointer string, value member) *Fault {
	tokens, fault := p.tokens(pointer)
	if fault != nil {
		return fault
	}
	target := p.target
	if p.bulk {
		target, tokens = tokens[0], tokens[1:]
		p.addTarget(target)
	}
	switch {
	case len(tokens) == 0 && op == "remove":
		return nil // deletes the user
	case len(tokens) == 0:
		return p.user(target, value)
	case isSecretToken(tokens[len(tokens)-1]):
		return p.field(op, target, tokens, value)
	case isSecretToken(tokens[0]):
		return badPatch("a password has no parts to patch")
	default:
		return nil
	}
}

func isSecretToken(token string) bool { return token == "password" || token == "hash" }

// tokens splits a pointer. Escapes are allowed where they can do no harm: below
// a user's attributes.
func (p *patchReader) tokens(pointer string) ([]string, *Fault) {
	if pointer == "" {
		if p.bulk {
			return nil, badPatch("a bulk patch must name the user in each path")
		}
		return nil, nil
	}
	if pointer[0] != '/' {
		return nil, badPatch("a path must be empty or start with a slash")
	}
	// zjsonpatch up to 0.4.4 takes the pointer from the operation's JSON text,
	// where these stand escaped: it would set another user's password.
	if strings.ContainsAny(pointer, `"\`) || strings.ContainsFunc(pointer, unicode.IsControl) {
		return nil, badPatch("a path may not hold quotes, backslashes or control characters")
	}
	tokens := strings.Split(pointer[1:], "/")
	free := 1 // tokens below which escapes are harmless
	if p.bulk {
		free = 2
	}
	for i, token := range tokens {
		if token == "" {
			return nil, badPatch("a path may not have empty parts")
		}
		harmless := i >= free && tokens[free-1] == "attributes" && plainEscapes(token)
		if strings.Contains(token, "~") && !harmless {
			return nil, badPatch("a path may not use ~ escapes here; change such a user by name instead")
		}
	}
	return tokens, nil
}

// plainEscapes accepts ~0 and ~1 where a second decoding would find nothing new.
func plainEscapes(token string) bool {
	once := strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
	return !strings.Contains(once, "~")
}

// user reads a whole user object set in one go.
func (p *patchReader) user(target string, value member) *Fault {
	if value.kind != '{' {
		return unreadable(ReasonWrongType, "a user must be an object")
	}
	members, err := readObject(value.raw)
	if err != nil {
		return badJSON()
	}
	user, fault := readInternalUser(target, members, Change{})
	if fault != nil || len(user.Secrets) == 0 {
		return fault
	}
	p.change.Secrets = append(p.change.Secrets, user.Secrets[0])
	return p.note(target, user.Secrets[0].Hash)
}

// field reads one secret set by itself.
func (p *patchReader) field(op, target string, tokens []string, value member) *Fault {
	if op == "remove" {
		return badPatch("a password or hash can't be removed")
	}
	if value.kind != '"' {
		return unreadable(ReasonWrongType, "passwords and hashes are strings")
	}
	hash := tokens[len(tokens)-1] == "hash"
	p.change.Secrets = append(p.change.Secrets, Secret{Target: target, Value: value.text, Hash: hash})
	return p.note(target, hash)
}

// note keeps which form a user got and refuses the second one.
func (p *patchReader) note(target string, hash bool) *Fault {
	form := audit.SecretPassword
	if hash {
		form = audit.SecretHash
	}
	if had, ok := p.forms[target]; ok && had != form {
		return bothFields()
	}
	p.forms[target] = form
	if p.change.Form == audit.SecretNone || p.change.Form == form {
		p.change.Form = form
	} else {
		p.change.Form = audit.SecretBoth // of different users: each is judged by itself
	}
	return nil
}

func (p *patchReader) addTarget(name string) {
	if !p.seen[name] {
		p.seen[name] = true
		p.change.Targets = append(p.change.Targets, name)
	}
}
