// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"strconv"
	"strings"
)

// Case is one recorded request and all that has to follow from it, as one file
// below testdata states it. testdata/README.md explains every part.
type Case struct {
	Name    string // file name without its ending
	Dialect string // folder
	About   string // the comment at its head

	// What stands around the request.
	Version  string    // release the sandbox imitates; set: sandbox only
	Only     string    // "sandbox" or "cluster"; empty: both, and both must agree
	Upstream string    // "down" or "hangs up": what the cluster does instead of answering
	Site     string    // additional lines of the site's password_policy block
	Policy   string    // the policy's lines; default: min_length 15
	Accounts []Account // exist, with these passwords, before the request

	Request  string // as written: head, empty line, body, with placeholders
	Encoding string // what is done to the body before it is sent

	// What follows.
	Verdict   string // allow, deny, unjudged, or none: not a change, no record
	Cause     string
	Reason    string
	Outcome   string
	Operation string
	Actor     string
	Targets   []string
	Rules     []string
	Secret    string
	Status    int
	Headers   []string // of the answer, "Name: value", "Name: *" or "Name: -"
	Answer    string   // the answer's body; checked if HasAnswer
	HasAnswer bool
	Fragments []string  // texts that the answer's body holds
	Arrives   string    // whole, nothing, or a request line it arrives under
	Drops     []string  // headers that must not arrive
	Logins    []Account // can log in afterwards, with these passwords
}

// Account is a user and his password. The password "-" means that there is no
// such user; the role "admin" lets him change everybody's, the role "service"
// makes him a service account of OpenSearch, "busy" a CSS cluster that is.
type Account struct{ Name, Password, Role string }

// readCases reads all files below dir, in order of their names.
func readCases(fsys fs.FS, dir string) ([]*Case, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.txt"))
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no case files below %s: expected at least one *.txt", dir)
	}
	var cases []*Case
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		c, err := readCase(path.Base(dir), text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		c.Name = strings.TrimSuffix(path.Base(name), ".txt")
		cases = append(cases, c)
	}
	return cases, nil
}

// readCase reads the text of one file.
func readCase(dialect string, text []byte) (*Case, error) {
	c := &Case{Dialect: dialect, Policy: "min_length 15"}
	head, sections := splitSections(string(bytes.TrimSuffix(text, []byte("\n"))))
	for i, line := range strings.Split(head, "\n") {
		line = strings.TrimSpace(line)
		if comment, ok := strings.CutPrefix(line, "#"); ok {
			c.About += strings.TrimSpace(comment) + "\n"
			continue
		}
		if line == "" {
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("line %d: expected \"key: value\", found no colon", i+1)
		}
		if err := c.set(key, strings.TrimSpace(value)); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	for _, s := range sections {
		if err := c.section(s.name, s.text); err != nil {
			return nil, err
		}
	}
	return c, c.complete()
}

type section struct{ name, text string }

// splitSections cuts the text at lines of the form "--- name". A section's text
// ends without the newline in front of the next one.
func splitSections(text string) (head string, sections []section) {
	parts := strings.Split("\n"+text, "\n--- ")
	for _, part := range parts[1:] {
		name, body, _ := strings.Cut(part, "\n")
		sections = append(sections, section{strings.TrimSpace(name), body})
	}
	return strings.TrimPrefix(parts[0], "\n"), sections
}

func (c *Case) section(name, text string) error {
	switch name {
	case "request":
		c.Request = text
	case "site":
		c.Site = text
	case "policy":
		c.Policy = text
	case "answer":
		c.Answer, c.HasAnswer = text, true
	case "answer holds":
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" {
				c.Fragments = append(c.Fragments, line)
			}
		}
	default:
		return fmt.Errorf("section %q: expected request, site, policy, answer or \"answer holds\"", name)
	}
	return nil
}

// set takes one line of the head.
func (c *Case) set(key, value string) error {
	if into, ok := c.texts()[key]; ok {
		if *into != "" {
			return fmt.Errorf("%q is given twice", key)
		}
		*into = value
		return nil
	}
	switch key {
	case "user":
		return appendAccount(&c.Accounts, value)
	case "login":
		return appendAccount(&c.Logins, value)
	case "target":
		c.Targets = append(c.Targets, value)
	case "rules":
		c.Rules = strings.Fields(value)
	case "drops":
		c.Drops = strings.Fields(value)
	case "header":
		c.Headers = append(c.Headers, value)
	case "status":
		status, err := strconv.Atoi(value)
		c.Status = status
		return err
	default:
		return fmt.Errorf("%q is not a key of a case", key)
	}
	return nil
}

// texts are the keys that take one text, once.
func (c *Case) texts() map[string]*string {
	return map[string]*string{
		"version": &c.Version, "only": &c.Only, "upstream": &c.Upstream, "body": &c.Encoding,
		"verdict": &c.Verdict, "cause": &c.Cause, "reason": &c.Reason, "outcome": &c.Outcome,
		"operation": &c.Operation, "actor": &c.Actor, "secret": &c.Secret, "arrives": &c.Arrives,
	}
}

// appendAccount reads "name password" or "name password role". A blank in a name
// is written %20.
func appendAccount(to *[]Account, value string) error {
	words := strings.Fields(value)
	if len(words) < 2 || len(words) > 3 {
		return fmt.Errorf("expected a name, a password and at most a role, found %q", value)
	}
	name, err := url.PathUnescape(words[0])
	if err != nil {
		return fmt.Errorf("reading a user's name: %w", err)
	}
	*to = append(*to, Account{name, words[1], strings.Join(words[2:], "")})
	return nil
}

// complete fills in what follows from the rest, and refuses a case that proves
// nothing.
func (c *Case) complete() error {
	if c.Accounts == nil {
		c.Accounts = []Account{{Name: "joe", Password: "${old}"}}
		if c.Dialect == "huawei_css" {
			c.Accounts[0].Name = "admin" // a cluster's only account there
		}
	}
	if c.Arrives == "" {
		c.Arrives = "whole"
		if c.Verdict == "deny" {
			c.Arrives = "nothing"
		}
	}
	where, _, _ := strings.Cut(c.Only, " ")
	switch {
	case c.About == "":
		return fmt.Errorf("expected a comment that says what the case shows")
	case c.Request == "":
		return fmt.Errorf("expected a section \"--- request\"")
	case c.Verdict != "allow" && c.Verdict != "deny" && c.Verdict != "unjudged" && c.Verdict != "none":
		return fmt.Errorf("expected a verdict of allow, deny, unjudged or none, found %q", c.Verdict)
	case c.Verdict == "deny" && c.Cause == "":
		return fmt.Errorf("a denial needs its cause")
	case c.Verdict != "none" && c.Outcome == "":
		return fmt.Errorf("a change needs its outcome")
	case c.Outcome == "applied" && c.Verdict == "allow" && len(c.Logins) == 0:
		return fmt.Errorf("an applied change needs a login that proves it")
	case c.Status == 0:
		return fmt.Errorf("expected the status of the answer")
	case c.Upstream != "" && c.Upstream != "down" && c.Upstream != "hangs up":
		return fmt.Errorf("expected upstream: down or upstream: hangs up, found %q", c.Upstream)
	case where != "" && where != "sandbox" && where != "cluster":
		return fmt.Errorf("expected only: sandbox (why) or only: cluster (why), found %q", c.Only)
	}
	return nil
}

// at tells whether the case is meant for the sandbox or for the real cluster.
func (c *Case) at(place string) bool {
	if place == "cluster" && (c.Version != "" || c.Dialect == "huawei_css") {
		return false
	}
	where, _, _ := strings.Cut(c.Only, " ")
	return where == "" || where == place
}
