// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"slices"
	"strconv"
)

// A password hash can't be judged, so it is denied unless an allow_hash
// statement opens its algorithm from a cost upwards.
var hashStatements = map[string]definition{
	"allow_hash": {"allow_hash bcrypt 10", additive, buildAllowHash},
}

// costs says what the cost of each algorithm counts, and its bounds. Above the
// most, which is beyond any advice, a hash would be a way to stall the cluster: it
// pays the cost at every login.
var costs = map[string]struct{ least, most int }{
	"bcrypt":         {4, 16},                       // log2 of the rounds
	"pbkdf2":         {1000, 10_000_000},            // iterations
	"pbkdf2_stretch": {1000, 10_000_000},            // iterations
	"argon2id":       {leastArgon2Memory, 16 << 20}, // KiB of memory times passes
}

var hashAlgorithms = []string{"bcrypt", "pbkdf2", "pbkdf2_stretch", "argon2id"}

func buildAllowHash(b *builder, args []string) error {
	usage := b.usage
	if len(args) != 2 || !slices.Contains(hashAlgorithms, args[0]) {
		return expected("an algorithm (bcrypt, pbkdf2, pbkdf2_stretch or argon2id) and its lowest cost", args, usage)
	}
	bounds := costs[args[0]]
	cost, err := number(args[1], usage, bounds.most)
	if err != nil {
		return err
	}
	if cost < bounds.least {
		return fmt.Errorf("expected a cost of at least %d for %s, found %d; raise it", bounds.least, args[0], cost)
	}
	if _, twice := b.policy.hashes[args[0]]; twice {
		return fmt.Errorf("expected %s once, found it twice; keep one of the two", args[0])
	}
	b.policy.hashes[args[0]] = cost
	return nil
}

// storedHash is a password hash taken apart: which algorithm, at what cost.
type storedHash struct {
	algorithm string
	cost      int
}

// parseHash recognises the hashes that Elasticsearch and OpenSearch store. It
// accepts only what parses whole.
func parseHash(s string) (storedHash, bool) {
	for _, parse := range []func(string) (storedHash, bool){parseBcrypt, parsePBKDF2, parseArgon2id} {
		if h, ok := parse(s); ok {
			return h, true
		}
	}
	return storedHash{}, false
}

// LeastCost returns the lowest cost at which an allow_hash statement opens the
// algorithm ("bcrypt", ...), and whether one does.
func (p *Policy) LeastCost(algorithm string) (cost int, open bool) {
	cost, open = p.hashes[algorithm]
	return cost, open
}

// JudgeHash says whether a ready-made hash may be stored: nil only if an
// allow_hash statement of the policy allows its algorithm and cost. Whether the
// policy is rehearsed at the time is for the caller to ask: see Monitoring.
func (p *Policy) JudgeHash(hash string) *Violation {
	found, ok := parseHash(hash)
	if !ok {
		return p.hashViolation("Send the password itself: this is no complete hash of a kind known here.", nil)
	}
	least, open := p.hashes[found.algorithm]
	if !open {
		return p.hashViolation("Send the password itself: a "+found.algorithm+" hash can't be checked against the policy.",
			[]Param{{"algorithm", found.algorithm}})
	}
	if found.cost < least {
		return p.hashViolation(fmt.Sprintf("Hash the password with %s at a cost of at least %d, or send the password itself.", found.algorithm, least),
			[]Param{{"algorithm", found.algorithm}, {"min_cost", strconv.Itoa(least)}})
	}
	if most := costs[found.algorithm].most; found.cost > most {
		return p.hashViolation(fmt.Sprintf("Hash the password with %s at a cost of at most %d: every login pays for it.", found.algorithm, most),
			[]Param{{"algorithm", found.algorithm}, {"max_cost", strconv.Itoa(most)}})
	}
	return nil
}

// prehashed is the code of every refused hash.
const prehashed = "prehashed"

func (p *Policy) hashViolation(message string, params []Param) *Violation {
	v := Violation{Rule: prehashed, Params: params, Message: message}
	p.finish(&v)
	return &v
}
