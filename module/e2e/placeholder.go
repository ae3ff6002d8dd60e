// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/crypto/bcrypt"
)

// Passwords that cases refer to. All three satisfy every cluster's own rules, so
// that it is the gateway's policy that tells them apart. They occur nowhere
// else: whatever leaks one is found by searching for it.
var passwords = map[string]string{
	"old":  "Harbour-Lantern-7193",
	"new":  "Quarry+Windmill-5526",
	"weak": "vT9#qLz2xW", // ten characters, where the cases' policy wants 15
}

var (
	innermost = regexp.MustCompile(`\$\{([^${}]*)\}`)
	repeated  = regexp.MustCompile(`(?s)\$\{repeat (\d+)\}(.*?)\$\{end\}`)
)

// lookup knows placeholders that stand for something of the moment: the site's
// host, the administrator, the body's length, an API key made for the case.
type lookup func(name string) (value string, known bool, err error)

// expand replaces the placeholders of text, innermost first.
func expand(text string, more lookup) (string, error) {
	text = repeated.ReplaceAllStringFunc(text, func(match string) string {
		parts := repeated.FindStringSubmatch(match)
		n, _ := strconv.Atoi(parts[1]) // digits, by the expression
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(parts[2], "${i}", strconv.Itoa(i+1)))
		}
		return b.String()
	})
	var failed error
	// A value could hold "${" only by mistake; the bound ends such a loop.
	for range 8 {
		if failed != nil || !innermost.MatchString(text) {
			return text, failed
		}
		text = innermost.ReplaceAllStringFunc(text, func(match string) string {
			value, err := placeholder(match[2:len(match)-1], more)
			if err != nil {
				failed = err
			}
			return value
		})
	}
	return "", errors.New("placeholders are nested too deep, or a value holds one")
}

func placeholder(name string, more lookup) (string, error) {
	if v, known, err := more(name); known || err != nil {
		return v, err
	}
	if v, ok := passwords[name]; ok {
		return v, nil
	}
	words := strings.Fields(name)
	switch {
	case len(words) == 3 && words[0] == "basic":
		return basic(words[1], words[2]), nil
	case len(words) == 2 && words[0] == "hex":
		raw, err := hex.DecodeString(words[1])
		return string(raw), err
	case len(words) == 2 && words[0] == "base64":
		return base64.StdEncoding.EncodeToString([]byte(words[1])), nil
	case len(words) == 3 && words[0] == "bcrypt":
		return bcryptHash(words[1], words[2])
	}
	return "", fmt.Errorf("${%s} is not a placeholder: see testdata/README.md", name)
}

func basic(name, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

// hashes keeps one hash for each cost and password: hashing is slow on purpose.
var hashes sync.Map

func bcryptHash(cost, password string) (string, error) {
	key := cost + " " + password
	if h, ok := hashes.Load(key); ok {
		return h.(string), nil
	}
	n, err := strconv.Atoi(cost)
	if err != nil {
		return "", fmt.Errorf("expected ${bcrypt COST PASSWORD} with a number for COST, found %q", cost)
	}
	h, err := bcrypt.GenerateFromPassword([]byte(password), n)
	if err != nil {
		return "", fmt.Errorf("hashing for a case: %w", err)
	}
	stored, _ := hashes.LoadOrStore(key, string(h))
	return stored.(string), nil
}
