// SPDX-License-Identifier: Apache-2.0

package signoff

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

func example() Statement {
	return Statement{
		Trail: "gw-1/0f3a", First: 10, Last: 4999, Size: 5000, Root: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
		Since: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC),
		Integrity: "intact", Completeness: "complete", Changes: 2400, Exceptions: 12,
		Reviewer: "zoë.müller", Time: time.Date(2026, 10, 2, 9, 30, 0, 500, time.UTC), Note: "followed up with the help desk: ticket 4711",
	}
}

func keys(t *testing.T) map[string]any {
	t.Helper()
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	ec, ecErr := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	r, rsaErr := rsa.GenerateKey(rand.Reader, 2048)
	if err := errors.Join(err, ecErr, rsaErr); err != nil {
		t.Fatal(err)
	}
	return map[string]any{"ed25519": &ed, "ecdsa": ec, "rsa": r}
}

func signerOf(t *testing.T, key any) ssh.Signer {
	t.Helper()
	s, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ed(t *testing.T) ssh.Signer { t.Helper(); return signerOf(t, keys(t)["ed25519"]) }

func TestReviewsAreSignedAndChained(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "reviews")
	for name, key := range keys(t) {
		s := example()
		s.Note = name
		r, err := Append(dir, s, signerOf(t, key))
		if err != nil || r.Err != nil {
			t.Fatal(name, err, r.Err)
		}
	}
	reviews, err := Read(dir)
	if err != nil || len(reviews) != 3 {
		t.Fatalf("%d reviews (%v)", len(reviews), err)
	}
	for i, r := range reviews {
		if r.Err != nil || r.Reviewer != "zoë.müller" || r.Fingerprint() == "" || i > 0 && r.Previous != reviews[i-1].Sum {
			t.Errorf("review %d: %+v", i, r)
		}
	}
	none, err := Read(t.TempDir())
	if err != nil || none != nil {
		t.Errorf("a trail without reviews: %v (%v)", none, err)
	}
}

// TestOpenSSHAgrees has the signatures checked by ssh-keygen, which shares
// nothing with us.
func TestOpenSSHAgrees(t *testing.T) {
	t.Parallel()
	keygen, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("ssh-keygen is not installed")
	}
	for name, key := range keys(t) {
		dir := t.TempDir()
		signer := signerOf(t, key)
		r, err := Append(dir, example(), signer)
		if err != nil {
			t.Fatal(err)
		}
		allowed, signature := filepath.Join(dir, "allowed_signers"), filepath.Join(dir, "sig")
		write(t, allowed, r.Reviewer+" "+string(ssh.MarshalAuthorizedKey(signer.PublicKey())))
		write(t, signature, r.Signature)
		check := func(message string) error {
			c := exec.Command(keygen, "-Y", "verify", "-f", allowed, "-I", r.Reviewer, "-n", namespace, "-s", signature)
			c.Stdin = strings.NewReader(message)
			out, err := c.CombinedOutput()
			t.Logf("%s: %s", name, out)
			return err
		}
		if err := check(r.Raw); err != nil {
			t.Errorf("%s: ssh-keygen refuses the signature: %v", name, err)
		}
		if err := check(strings.Replace(r.Raw, "exceptions: 12", "exceptions: 0", 1)); err == nil {
			t.Errorf("%s: ssh-keygen accepts another text", name)
		}
		signers, err := ReadSigners(allowed)
		if err != nil || signers.Trust(&r) != Known {
			t.Errorf("%s: trust is %s (%v)", name, signers.Trust(&r), err)
		}
	}
}

// TestWeAgreeWithOpenSSH checks a signature that ssh-keygen made.
func TestWeAgreeWithOpenSSH(t *testing.T) {
	t.Parallel()
	keygen, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("ssh-keygen is not installed")
	}
	dir := t.TempDir()
	key, message := filepath.Join(dir, "id"), filepath.Join(dir, "message")
	write(t, message, "passgate review 1\n")
	for _, args := range [][]string{
		{"-q", "-t", "ed25519", "-N", "", "-f", key},
		{"-q", "-Y", "sign", "-f", key, "-n", namespace, message},
	} {
		if out, err := exec.Command(keygen, args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	armored, err := os.ReadFile(message + ".sig")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verify([]byte("passgate review 1\n"), string(armored)); err != nil {
		t.Error(err)
	}
	if _, err := verify([]byte("passgate review 2\n"), string(armored)); err == nil {
		t.Error("accepted another text")
	}
	signer, err := OpenKey(key, nil)
	if err != nil || signer.PublicKey().Type() != ssh.KeyAlgoED25519 {
		t.Errorf("%v", err)
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTamperingIsSeen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for range 3 {
		if _, err := Append(dir, example(), ed(t)); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, logFile)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(good), "\n")
	other := ed(t)
	forged, err := sign(other, []byte("passgate review 1\n"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		content string
		bad     []int
	}{
		"untouched":           {string(good), nil},
		"first removed":       {lines[1] + lines[2], []int{0}},
		"middle removed":      {lines[0] + lines[2], []int{1}},
		"swapped":             {lines[1] + lines[0] + lines[2], []int{0, 1, 2}},
		"statement changed":   {strings.Replace(string(good), "exceptions: 12", "exceptions: 00", 1), []int{0, 1}},
		"reviewer changed":    {lines[0] + strings.ReplaceAll(lines[1], "zoë", "bob") + lines[2], []int{1, 2}},
		"signature of others": {lines[0] + lines[1] + replaceSignature(lines[2], forged), []int{2}},
		"no review":           {lines[0] + "{}\n" + lines[2], []int{1, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write(t, filepath.Join(dir, logFile), c.content)
			reviews, err := Read(dir)
			if err != nil {
				t.Fatal(err)
			}
			var bad []int
			for i, r := range reviews {
				if r.Err != nil {
					bad = append(bad, i)
				}
				if (*Signers)(nil).Trust(&r) == Broken != (r.Err != nil) {
					t.Errorf("review %d is %s: %v", i, (*Signers)(nil).Trust(&r), r.Err)
				}
			}
			if len(bad) != len(c.bad) || len(bad) > 0 && bad[0] != c.bad[0] {
				t.Errorf("seen in %v, want %v", bad, c.bad)
			}
		})
	}
}

func replaceSignature(line, forged string) string {
	at := strings.Index(line, `"signature":"`) + len(`"signature":"`)
	end := strings.Index(line[at:], `"`)
	return line[:at] + strings.ReplaceAll(forged, "\n", `\n`) + line[at+end:]
}

func TestUnfinishedLogIsNotWrittenTo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, logFile), `{"@timestamp"`)
	if _, err := Append(dir, example(), ed(t)); err == nil {
		t.Error("a review was added to an unfinished line")
	}
}

func TestKeysComeFromTheAgent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ring := agent.NewKeyring()
	all := keys(t)
	for comment, key := range all {
		if err := ring.Add(agent.AddedKey{PrivateKey: key, Comment: comment}); err != nil {
			t.Fatal(err)
		}
	}
	listener, err := net.Listen("unix", filepath.Join(dir, "agent"))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go agent.ServeAgent(ring, conn)
		}
	}()
	socket := listener.Addr().String()
	public := signerOf(t, all["ecdsa"]).PublicKey()
	write(t, filepath.Join(dir, "id.pub"), string(ssh.MarshalAuthorizedKey(public)))
	for _, which := range []string{"rsa", "ed25519", ssh.FingerprintSHA256(public), filepath.Join(dir, "id"), filepath.Join(dir, "id.pub")} {
		s, err := FromAgent(socket, which)
		if err != nil {
			t.Fatalf("%s: %v", which, err)
		}
		r, err := Append(filepath.Join(dir, "reviews"), example(), s)
		if err != nil || r.Err != nil {
			t.Errorf("%s: %v, %v", which, err, r.Err)
		}
		s.Close()
	}
	for _, which := range []string{"", "nobody"} {
		if _, err := FromAgent(socket, which); err == nil || !strings.Contains(err.Error(), "SHA256:") {
			t.Errorf("%q: %v", which, err)
		}
	}
	if _, err := FromAgent("", ""); err == nil {
		t.Error("a key without an agent")
	}
}

func TestEncryptedKeyAsksForItsPassphrase(t *testing.T) {
	t.Parallel()
	block, err := ssh.MarshalPrivateKeyWithPassphrase(keys(t)["ed25519"], "", []byte("open sesame"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "id")
	write(t, path, string(pem.EncodeToMemory(block)))
	if _, err := OpenKey(path, func() ([]byte, error) { return []byte("open sesame"), nil }); err != nil {
		t.Error(err)
	}
	_, err = OpenKey(path, func() ([]byte, error) { return []byte("wrong-canary"), nil })
	if err == nil || strings.Contains(err.Error(), "canary") {
		t.Errorf("%v", err)
	}
}

func TestTrust(t *testing.T) {
	t.Parallel()
	dir, signer := t.TempDir(), ed(t)
	r, err := Append(dir, example(), signer)
	if err != nil {
		t.Fatal(err)
	}
	own, other := string(ssh.MarshalAuthorizedKey(signer.PublicKey())), string(ssh.MarshalAuthorizedKey(ed(t).PublicKey()))
	for content, want := range map[string]Trust{
		"# nobody\n\n":                       Unknown,
		"zoë.müller " + own:                  Known,
		"bob,zoë.müller " + own:              Known,
		"bob " + own:                         Foreign,
		"zoë.müller " + other:                Unknown,
		"zoë.müller cert-authority " + own:   "",
		"zoë.müller ssh-ed25519 not-a-key\n": "",
		"bob " + own + "zoë.müller " + own:   Known,
	} {
		path := filepath.Join(t.TempDir(), "allowed")
		write(t, path, content)
		signers, err := ReadSigners(path)
		switch {
		case want == "" && err == nil:
			t.Errorf("%q was accepted", content)
		case want != "" && (err != nil || signers.Trust(&r) != want):
			t.Errorf("%q: %s (%v), want %s", content, signers.Trust(&r), err, want)
		}
	}
}

func TestStatementHasOneSpelling(t *testing.T) {
	t.Parallel()
	text, err := example().Text()
	if err != nil {
		t.Fatal(err)
	}
	if s, err := ParseStatement(text); err != nil || s != example() {
		t.Errorf("%+v (%v)", s, err)
	}
	for _, bad := range []string{
		"", text + "\n", text + "more: x\n", strings.Replace(text, "passgate review 1", "passgate review 2", 1),
		strings.Replace(text, "last record: 4999", "last record: 04999", 1), strings.Replace(text, "since: 2026-07-01T00:00:00Z", "since: 2026-07-01T02:00:00+02:00", 1),
		strings.Replace(text, "trail: ", "trail:", 1), strings.Replace(text, "trail: gw-1/0f3a\n", "", 1), text[:len(text)-1],
	} {
		if s, err := ParseStatement(bad); err == nil {
			t.Errorf("read %q as %+v", bad, s)
		}
	}
	for _, note := range []string{"two\nlines", "escape \x1b[31m", "bidi \u202e"} {
		s := example()
		s.Note = note
		if _, err := s.Text(); err == nil {
			t.Errorf("a note of %q can be signed", note)
		}
	}
}

func FuzzParseStatement(f *testing.F) {
	text, err := example().Text()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, in string) {
		s, err := ParseStatement(in)
		if err != nil {
			return
		}
		if again, err := s.Text(); err != nil || again != in {
			t.Errorf("%q is spelled %q (%v)", in, again, err)
		}
	})
}

func FuzzVerify(f *testing.F) {
	signer, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(make([]byte, 32)))
	if err != nil {
		f.Fatal(err)
	}
	armored, err := sign(signer, []byte("m"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("m", armored)
	f.Add("m", armorBegin+"\nU1NIU0lH\n"+armorEnd)
	f.Fuzz(func(t *testing.T, message, signature string) {
		key, err := verify([]byte(message), signature)
		if err == nil && bytes.Equal(key.Marshal(), signer.PublicKey().Marshal()) && message != "m" {
			t.Errorf("accepted %q", message)
		}
	})
}
