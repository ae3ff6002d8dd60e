// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// answer is an estimate, ours or a reference's. The texts are the reference's
// own or, for ours, what they are there.
type answer struct {
	score    int
	guesses  float64
	similar  bool
	feedback []string // warning, then suggestions
}

// reference is an implementation to agree with.
type reference struct {
	name    string
	command []string
}

// The references. The last one only shows what differences come from.
const (
	original      = iota
	originalYears // with the 2020s added to its recent years
	forJava       // the one OpenSearch uses
	fewerKeyboards
	total
)

var here = filepath.Join("policy", "strength")

func references(zxcvbn, zxcvbn4j string, year int) [total]reference {
	script := func(lastDecade string) []string {
		return []string{"node", filepath.Join(here, "agreement", "reference.js"), zxcvbn, strconv.Itoa(year), lastDecade}
	}
	java := func(arguments ...string) []string {
		return append([]string{"java", "-cp", zxcvbn4j, filepath.Join(here, "agreement", "Reference.java")}, arguments...)
	}
	return [total]reference{
		original:       {"zxcvbn 4.4.2", script("1")},
		originalYears:  {"zxcvbn 4.4.2, years to 2029", script("2")},
		forJava:        {"zxcvbn4j 1.9.0", java()},
		fewerKeyboards: {"zxcvbn4j without its Japanese keyboard", java("keyboards")},
	}
}

func (r reference) answers(samples []sample) ([]answer, error) {
	var question, reply bytes.Buffer
	for _, s := range samples {
		fmt.Fprintln(&question, encode(s))
	}
	run := exec.Command(r.command[0], r.command[1:]...)
	run.Stdin, run.Stdout, run.Stderr = &question, &reply, os.Stderr
	if err := run.Run(); err != nil {
		return nil, fmt.Errorf("asking %s: %w", r.name, err)
	}
	lines := strings.Split(strings.TrimSuffix(reply.String(), "\n"), "\n")
	if len(lines) != len(samples) {
		return nil, fmt.Errorf("asking %s: expected %d answers, found %d", r.name, len(samples), len(lines))
	}
	all := make([]answer, len(lines))
	for i, line := range lines {
		fields := strings.Split(line, "\t")
		all[i].score, _ = strconv.Atoi(fields[0])
		all[i].guesses, _ = strconv.ParseFloat(fields[1], 64)
		all[i].similar = fields[2] == "true"
		all[i].feedback = fields[3:]
	}
	return all, nil
}

func encode(s sample) string {
	line := base64.StdEncoding.EncodeToString([]byte(s.password))
	for _, input := range s.inputs {
		line += " " + base64.StdEncoding.EncodeToString([]byte(input))
	}
	return line
}
