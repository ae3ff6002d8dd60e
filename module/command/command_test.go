// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	_ "github.com/caddyserver/caddy/v2/modules/standard"
	"github.com/spf13/cobra"
	"golang.org/x/crypto/bcrypt"

	"github.com/passgate/passgate/module"
	"github.com/passgate/passgate/module/prompt"
	"github.com/passgate/passgate/module/voucher"
	"github.com/passgate/passgate/policy"
)

const (
	weak = "Winter2026!"
	good = "tangerine orbit walks 7"
)

// run runs a command as the binary does, and returns its exit code.
func run(t *testing.T, cmd *cobra.Command, stdin string, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	cmd.SetIn(strings.NewReader(stdin))
	cmd.SetOut(&o)
	cmd.SetErr(&e)
	cmd.SetArgs(args)
	exit = func(c int) { code = c }
	if err := cmd.Execute(); err != nil {
		code = 1
	}
	if strings.Contains(o.String()+e.String(), strings.TrimSpace(stdin)) && strings.TrimSpace(stdin) != "" {
		t.Errorf("the password was printed: %s %s", o.String(), e.String())
	}
	return code, o.String(), e.String()
}

func configFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "Caddyfile")
	text := "{\n\tpassword_policy {\n\t\tpolicy robots {\n\t\t\tfor svc-*\n\t\t\tmin_length 24\n\t\t}\n\t\tpolicy newcomers {\n\t\t\ton create\n\t\t\tmin_length 12\n\t\t}\n\t\tpolicy staff {\n\t\t\tmin_length 10\n\t\t}\n\t}\n}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestCheck(t *testing.T) {
	config := configFile(t)
	for _, c := range []struct {
		name, stdin string
		args        []string
		code        int
		out         string
	}{
		{"allowed", good + "\n", []string{"--preset", "nist-800-63b-4", "--stdin"}, 0, "allowed by policy nist-800-63b-4"},
		{"allowed, no newline", good, []string{"--preset", "nist-800-63b-4", "--stdin"}, 0, "allowed"},
		{"rejected", weak + "\n", []string{"--preset", "nist-800-63b-4", "--stdin"}, 1, "[min_length]"},
		{"with its clause", weak + "\n", []string{"--preset", "nist-800-63b-4", "--stdin"}, 1, "§3.1.1.2"},
		{"the user's own name", "bobbobbobbobbob\n", []string{"--preset", "huawei-css", "--user", "admin", "--stdin"}, 1, "rejected"},
		{"by the configuration", "ten-signs-x\n", []string{"--config", config, "--user", "bob", "--stdin"}, 0, "policy staff"},
		{"by the configuration, for a robot", "ten-signs-x\n", []string{"--config", config, "--user", "svc-1", "--stdin"}, 1, "policy robots"},
		{"by the configuration, on creation", "ten-signs-x\n", []string{"--config", config, "--user", "bob", "--on", "create", "--stdin"}, 1, "policy newcomers"},
		{"by the configuration, by an administrator", "ten-signs-x\n", []string{"--config", config, "--user", "bob", "--by", "boss", "--stdin"}, 0, "policy staff"},
		{"on an occasion that there isn't", good, []string{"--config", config, "--on", "creation", "--stdin"}, 2, ""},
		{"by a named policy", "ten-signs-x\n", []string{"--config", config, "--policy", "robots", "--stdin"}, 1, "policy robots"},
		{"no such preset", good, []string{"--preset", "nist", "--stdin"}, 2, ""},
		{"no such policy", good, []string{"--config", config, "--policy", "x", "--stdin"}, 2, ""},
		{"no policy", good, []string{"--stdin"}, 2, ""},
		{"no password", "", []string{"--preset", "nist-800-63b-4", "--stdin"}, 2, ""},
		{"an endless one", strings.Repeat("x", prompt.Longest+1), []string{"--preset", "nist-800-63b-4", "--stdin"}, 2, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, errOut := run(t, checkCommand(), c.stdin, c.args...)
			if code != c.code || !strings.Contains(out, c.out) {
				t.Errorf("exit %d, want %d with %q: %s %s", code, c.code, c.out, out, errOut)
			}
			if code == exitUnknown && errOut == "" {
				t.Error("no reason given")
			}
		})
	}
}

func TestPresetsCommand(t *testing.T) {
	_, list, _ := run(t, presetsCommand(), "")
	for _, name := range policy.Presets() {
		if !strings.Contains(list, name+"\n") {
			t.Errorf("%s is not listed", name)
		}
		if code, text, errOut := run(t, presetsCommand(), "", name); code != 0 || !strings.Contains(text, "#") {
			t.Errorf("%s: exit %d: %s%s", name, code, text, errOut)
		}
	}
}

func TestExplain(t *testing.T) {
	config := configFile(t)
	for user, want := range map[string]string{"svc-1": "* robots:", "bob": "* staff:"} {
		if code, out, errOut := run(t, explainCommand(), "", "--config", config, "--user", user); code != 0 || !strings.Contains(out, want) {
			t.Errorf("%s: exit %d: %s%s", user, code, out, errOut)
		}
	}
	if code, _, _ := run(t, explainCommand(), "", "--config", config); code == 0 {
		t.Error("explained nobody's policy")
	}
	if code, _, _ := run(t, explainCommand(), "", "--config", config, "--user", "bob", "--on", "creation"); code == 0 {
		t.Error("explained an occasion that there isn't")
	}
}

// The hash of an allowed password comes with a voucher for it and for its user;
// a rejected one gets neither.
func TestHash(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	args := []string{"--for", "bob", "--preset", "nist-800-63b-4", "--cost", "4", "--stdin"}
	if code, out, _ := run(t, hashCommand(), weak+"\n", args...); code != 1 || out != "" {
		t.Errorf("weak: exit %d, printed %q", code, out)
	}
	code, out, errOut := run(t, hashCommand(), good+"\n", args...)
	hash := strings.TrimSpace(out)
	if code != 0 || bcrypt.CompareHashAndPassword([]byte(hash), []byte(good)) != nil {
		t.Fatalf("exit %d: %s%s", code, out, errOut)
	}
	p, err := policy.New("x", []policy.Statement{{Name: "preset", Args: []string{"nist-800-63b-4"}}})
	if err != nil {
		t.Fatal(err)
	}
	book := voucher.Book{Dir: module.VoucherDir()}
	for user, want := range map[string]bool{"bob": true, "eve": false} {
		if accepted, err := book.Accepts(user, hash, p.Digest()); accepted != want || err != nil {
			t.Errorf("%s: accepted %v, %v", user, accepted, err)
		}
	}
}

// A hash is never cheaper than the policy's own allow_hash asks for.
func TestHashCost(t *testing.T) {
	p, err := policy.New("x", []policy.Statement{{Name: "allow_hash", Args: []string{"bcrypt", "12"}}, {Name: "min_length", Args: []string{"8"}}})
	if err != nil {
		t.Fatal(err)
	}
	plain, err := policy.New("y", []policy.Statement{{Name: "min_length", Args: []string{"8"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		policy      *policy.Policy
		asked, want int
		refused     bool
	}{{p, 0, 12, false}, {p, 13, 13, false}, {p, 11, 0, true}, {plain, 0, 10, false}, {plain, 4, 4, false}} {
		if got, err := costFor(c.policy, c.asked); got != c.want || (err != nil) != c.refused {
			t.Errorf("policy %s, asked for %d: %d, %v", c.policy.Name(), c.asked, got, err)
		}
	}
}

// A command that is written wrongly says so and never ends with a code that would
// be an answer: 0 verified, 1 tampered with, found or rejected.
func TestMisuse(t *testing.T) {
	families := map[string]func(*cobra.Command){}
	for name, c := range caddycmd.Commands() {
		families[name] = c.CobraFunc
	}
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"audit verfy", 3, `found "verfy"`},
		{"audit verfy --dir x", 3, `found "verfy"`},
		{"audit --dir x", 3, "unknown flag: --dir"},
		{"audit verify --dir", 3, "--dir"},
		{"audit verify --no-such", 3, "--no-such"},
		{"audit verify x", 3, "expected 0 arguments"},
		{"audit query --no-such", 3, "--no-such"},
		{"policy chek", 2, `found "chek"`},
		{"policy check --no-such", 2, "--no-such"},
		{"policy check Winter2026", 2, "see policy check --help"},
		{"policy hash --no-such", 2, "--no-such"},
		{"breach cheque", 2, `found "cheque"`},
		{"breach check --no-such", 2, "--no-such"},
		{"breach check Winter2026", 2, "see breach check --help"},
		{"breach build", 2, "see breach build --help"},
		{"breach build x", 2, "--out"},
		{"breach verify", 2, "--file"},
	} {
		t.Run(c.args, func(t *testing.T) {
			words := strings.Fields(c.args)
			cmd := &cobra.Command{Use: words[0]}
			families[words[0]](cmd)
			if code, out, errOut := run(t, cmd, "", words[1:]...); code != c.code || out != "" || !strings.Contains(errOut, c.says) || strings.Contains(errOut, "Winter") {
				t.Errorf("exit %d, want %d; printed %q, want %q", code, c.code, out+errOut, c.says)
			}
		})
	}
}
