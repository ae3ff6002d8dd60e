// SPDX-License-Identifier: Apache-2.0

package signoff

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review/export"
)

// Dir is where the log of reviews of the trail in dir is, unless told otherwise.
func Dir(dir string) string { return filepath.Join(dir, "reviews") }

// logFile is the log in its directory.
const logFile = "reviews.jsonl"

// line is a review in the log: an event like those of the trail, so that it can
// be shipped along with them, and what was signed.
type line struct {
	Time    time.Time `json:"@timestamp"`
	Level   string    `json:"log.level"`
	Message string    `json:"message"`
	ECS     string    `json:"ecs.version"`
	Event   event     `json:"event"`
	User    user      `json:"user"`
	Review  signature `json:"Review"`
}

type event struct {
	Kind    string   `json:"kind"`
	Code    string   `json:"code"`
	Action  string   `json:"action"`
	Module  string   `json:"module"`
	Dataset string   `json:"dataset"`
	Outcome string   `json:"outcome"`
	Types   []string `json:"type"`
}

type user struct {
	Name string `json:"name"`
}

type signature struct {
	Statement string `json:"statement"`
	Signature string `json:"signature"` // armored SSHSIG over the statement
	Key       string `json:"key"`       // as in authorized_keys
}

func newLine(s Statement, signer ssh.Signer) (*line, error) {
	statement, err := s.Text()
	if err != nil {
		return nil, err
	}
	armored, err := sign(signer, []byte(statement))
	if err != nil {
		return nil, err
	}
	return &line{
		Time: s.Time, Level: "info", ECS: "9.4.0",
		Message: fmt.Sprintf("%s has reviewed the records %d to %d of %s", s.Reviewer, s.First, s.Last, s.Trail),
		Event: event{Kind: "event", Code: string(audit.CodeReview), Action: "review_signed", Module: "passgate", Dataset: "passgate.review",
			Outcome: "success", Types: []string{"access"}},
		User:   user{s.Reviewer},
		Review: signature{statement, armored, string(bytes.TrimSpace(ssh.MarshalAuthorizedKey(signer.PublicKey())))},
	}, nil
}

// Append signs s and adds it to the log in dir, which is created if need be.
// It fills in s.Previous, and returns the review as it can be read back. Only
// one process can append at a time; readers need not care.
func Append(dir string, s Statement, signer ssh.Signer) (Review, error) {
	r, err := appendReview(dir, s, signer)
	if err != nil {
		return r, fmt.Errorf("signing off: %w", err)
	}
	return r, nil
}

func appendReview(dir string, s Statement, signer ssh.Signer) (r Review, err error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return r, err
	}
	f, err := os.OpenFile(filepath.Join(dir, logFile), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o640)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := lock(f); err != nil {
		return r, fmt.Errorf("another review is being signed off right now; try again: %w", err)
	}
	content, err := io.ReadAll(f)
	if err != nil {
		return r, err
	}
	if len(content) > 0 && content[len(content)-1] != '\n' {
		return r, fmt.Errorf("%s ends in an unfinished line; look at it, and remove that line", f.Name())
	}
	s.Previous = lastSum(content)
	l, err := newLine(s, signer)
	if err != nil {
		return r, err
	}
	var b bytes.Buffer
	if err := export.JSONLine(&b, l); err != nil {
		return r, err
	}
	if _, err := f.Write(b.Bytes()); err != nil {
		return r, err
	}
	return readLine(bytes.TrimSuffix(b.Bytes(), []byte("\n")), s.Previous), f.Sync()
}

// lastSum is the hash of the last line of the log.
func lastSum(content []byte) string {
	content = bytes.TrimSuffix(content, []byte("\n"))
	if len(content) == 0 {
		return ""
	}
	return sum(content[bytes.LastIndexByte(content, '\n')+1:])
}

func sum(line []byte) string {
	s := sha256.Sum256(line)
	return hex.EncodeToString(s[:])
}

// Review is a line of the log, read back and checked.
type Review struct {
	Statement
	Key ssh.PublicKey // that has signed; nil if Err is set
	Sum string        // SHA-256 of the line, in hex
	Raw string        // the statement as signed
	// Signature is the armored SSHSIG, for ssh-keygen -Y verify.
	Signature string
	// Err says what is wrong: the line can't be read, its signature isn't of
	// this text, or the line before is not the one it names.
	Err error
}

// Fingerprint is the key's, as ssh-keygen -l prints it.
func (r *Review) Fingerprint() string {
	if r.Key == nil {
		return ""
	}
	return ssh.FingerprintSHA256(r.Key)
}

// Read reads the log in dir, oldest first. Without a log there are no reviews.
func Read(dir string) ([]Review, error) {
	f, err := os.Open(filepath.Join(dir, logFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the log of reviews: %w", err)
	}
	defer f.Close()
	var reviews []Review
	previous := ""
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		r := readLine(lines.Bytes(), previous)
		reviews = append(reviews, r)
		previous = r.Sum
	}
	if err := lines.Err(); err != nil {
		return reviews, fmt.Errorf("reading the log of reviews: %w", err)
	}
	return reviews, nil
}

var errChain = errors.New("the line before is not the one this review names: the log was cut or altered")

func readLine(text []byte, previous string) Review {
	r := Review{Sum: sum(text)}
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		r.Err = fmt.Errorf("the line is no review: %w", err)
		return r
	}
	r.Raw, r.Signature = l.Review.Statement, l.Review.Signature
	if r.Statement, r.Err = ParseStatement(r.Raw); r.Err != nil {
		return r
	}
	if r.Key, r.Err = verify([]byte(r.Raw), r.Signature); r.Err != nil {
		return r
	}
	if r.Previous != previous {
		r.Err = errChain
	}
	return r
}
