// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write GENERATORS.md anew")

const (
	capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	smalls   = "abcdefghijklmnopqrstuvwxyz"
	digits   = "0123456789"
)

// generator makes passwords as a tool does: so many characters out of an
// alphabet, with at least one of each set it insists on.
type generator struct {
	tool     string
	length   int
	alphabet string
	insists  []string
}

var generators = []generator{
	{"elasticsearch-setup-passwords auto", 20, capitals + smalls + digits, nil},
	{"elasticsearch-reset-password", 20, capitals + smalls + digits + "~!@#$%^&*-_=+?", nil},
	{"Terraform random_password, length 16", 16, capitals + smalls + digits + "!@#$%&*()-_=+[]{}<>:?", nil},
	{"Terraform random_password, length 20, special = false", 20, capitals + smalls + digits, nil},
	{"Terraform random_password, length 24, min_* = 1", 24, capitals + smalls + digits + "!@#$%&*()-_=+[]{}<>:?",
		[]string{capitals, smalls, digits, "!@#$%&*()-_=+[]{}<>:?"}},
	{"Vault, default policy", 20, capitals + smalls + digits + "-", []string{capitals, smalls, digits, "-"}},
	{"pwgen -s 16", 16, capitals + smalls + digits, []string{capitals, digits}},
	{"pwgen -s 8", 8, capitals + smalls + digits, []string{capitals, digits}},
	{"openssl rand -hex 16", 32, digits + "abcdef", nil},
	{"OpenSearch operator", 26, capitals + "234567", nil},
	{"Infisical dynamic secret", 64, capitals + smalls + digits + "-_.~!*", nil},
}

func (g generator) password(random *rand.Rand) string {
	for {
		password := make([]byte, g.length)
		for i := range password {
			password[i] = g.alphabet[random.IntN(len(g.alphabet))]
		}
		whole := true
		for _, set := range g.insists {
			whole = whole && strings.ContainsAny(string(password), set)
		}
		if whole {
			return string(password)
		}
	}
}

// tried is how many passwords of each generator are judged: enough for a share
// to be right within two hundredths.
const tried = 3000

// TestGenerators keeps GENERATORS.md true: which share of the passwords that
// common tools make is allowed under each preset. Strength, which the presets
// of clusters add, is left out; all of these pass it.
func TestGenerators(t *testing.T) {
	t.Parallel()
	table := generatorTable(t)
	if *update {
		if err := os.WriteFile("GENERATORS.md", []byte(table), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile("GENERATORS.md")
	if err != nil || string(written) != table {
		t.Errorf("GENERATORS.md is out of date (%v); write it anew with go test ./policy -run TestGenerators -update", err)
	}
}

func generatorTable(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(`# What password generators pass

Which share of the passwords that a tool makes is allowed under each preset,
computed by TestGenerators. Where it isn't all of them, make the tool insist on
every kind of character, or let it try again: a refusal lists every reason.
Lists of breached passwords and history don't matter for random passwords.

| generator | length |`)
	for _, name := range Presets() {
		b.WriteString(" " + name + " |")
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(Presets())) + "\n")
	for i, g := range generators {
		fmt.Fprintf(&b, "| %s | %d |", g.tool, g.length)
		for _, share := range g.shares(t, uint64(i)) {
			fmt.Fprintf(&b, " %s |", share)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (g generator) shares(t *testing.T, seed uint64) []string {
	t.Helper()
	random := rand.New(rand.NewPCG(1, seed))
	passwords := make([]string, tried)
	for i := range passwords {
		passwords[i] = g.password(random)
	}
	var shares []string
	for _, name := range Presets() {
		text := "preset " + name
		if name == "opensearch" {
			text += "\noff strength unlike_username"
		}
		p, allowed := policyOf(t, text), 0
		for _, password := range passwords {
			if p.Judge(Change{Password: password, Username: "svc-backup"}) == nil {
				allowed++
			}
		}
		shares = append(shares, share(allowed))
	}
	return shares
}

func share(allowed int) string {
	switch allowed {
	case 0:
		return "**never**"
	case tried:
		return "all"
	}
	return fmt.Sprintf("%d %%", min(99, (100*allowed+tried/2)/tried))
}

// TestGeneratedPasswordsAreStrong backs what TestGenerators leaves out.
func TestGeneratedPasswordsAreStrong(t *testing.T) {
	t.Parallel()
	p := policyOf(t, "strength strong\nunlike_username")
	for i, g := range generators {
		random := rand.New(rand.NewPCG(2, uint64(i)))
		for range 20 {
			if password := g.password(random); p.Judge(Change{Password: password, Username: "svc-backup"}) != nil && g.length > 8 {
				t.Errorf("%s: %q isn't strong", g.tool, password)
			}
		}
	}
}
