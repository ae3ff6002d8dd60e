// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// Recorded is an input with what the clusters made of it, kept so that the
// gateway can be held against it without Java.
type Recorded struct {
	Input Input
	By    []RecordedReading
}

// RecordedReading is one reading and the sets that share it.
type RecordedReading struct {
	Sets    []string
	Reading Reading
}

// recordedDir holds one file per question, a line per input.
const recordedDir = "testdata/recorded"

// line is how a recorded input is written down.
type line struct {
	Dialect string        `json:"dialect"`
	Method  octets        `json:"method,omitempty"`
	Name    octets        `json:"name,omitempty"`
	Data    octets        `json:"data"`
	Made    []string      `json:"made"`
	By      []lineReading `json:"by"`
}

type lineReading struct {
	Sets      []string      `json:"sets"`
	Operation string        `json:"operation,omitempty"`
	Settings  []lineSetting `json:"settings,omitempty"`
}

type lineSetting struct {
	Target   *octets `json:"target,omitempty"`
	Password *octets `json:"password,omitempty"`
	Hash     *octets `json:"hash,omitempty"`
	Current  octets  `json:"current,omitempty"`
	FullName octets  `json:"full_name,omitempty"`
	Email    octets  `json:"email,omitempty"`
}

// octets is a text of which each character stands for one byte, as in
// ISO-8859-1: inputs hold bytes that JSON can't.
type octets string

// MarshalText implements encoding.TextMarshaler.
func (o octets) MarshalText() ([]byte, error) {
	out := make([]byte, 0, len(o))
	for i := range len(o) {
		out = utf8.AppendRune(out, rune(o[i]))
	}
	return out, nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (o *octets) UnmarshalText(text []byte) error {
	var out []byte
	for _, r := range string(text) {
		if r > 0xff {
			return fmt.Errorf("expected characters up to U+00FF, found %U", r)
		}
		out = append(out, byte(r))
	}
	*o = octets(out)
	return nil
}

func fileOf(q Question) string {
	return filepath.Join(recordedDir, strings.ReplaceAll(strings.ToLower(q.String()), " ", "_")+".jsonl")
}

// questions are all there are.
var questions = []Question{ChangeBody, PutUserBody, AccountBody, InternalUser, PatchOne, PatchAll, Target, Basic}

// LoadRecorded reads all recorded inputs.
func LoadRecorded() (all []Recorded, err error) {
	for _, q := range questions {
		file, err := os.Open(fileOf(q))
		if err != nil {
			return nil, fmt.Errorf("reading recorded inputs: %w", err)
		}
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, 1<<20)
		for n := 1; lines.Scan(); n++ {
			var l line
			if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
				file.Close()
				return nil, fmt.Errorf("%s:%d: %w", fileOf(q), n, err)
			}
			all = append(all, l.recorded(q))
		}
		file.Close()
		if err := lines.Err(); err != nil {
			return nil, fmt.Errorf("reading %s: %w", fileOf(q), err)
		}
	}
	return all, nil
}

func (l line) recorded(q Question) Recorded {
	r := Recorded{Input: Input{
		Question: q, Dialect: l.Dialect, Method: string(l.Method), Name: string(l.Name), Data: []byte(l.Data), Made: l.Made,
	}}
	for _, by := range l.By {
		reading := Reading{Operation: by.Operation}
		for _, s := range by.Settings {
			setting := Setting{Current: string(s.Current), FullName: string(s.FullName), Email: string(s.Email)}
			if s.Target != nil {
				setting.Target, setting.HasTarget = string(*s.Target), true
			}
			if s.Password != nil {
				setting.Secret, setting.HasSecret = string(*s.Password), true
			} else if s.Hash != nil {
				setting.Secret, setting.HasSecret, setting.Hash = string(*s.Hash), true, true
			}
			reading.Settings = append(reading.Settings, setting)
		}
		r.By = append(r.By, RecordedReading{by.Sets, reading})
	}
	return r
}

// encode is the reverse of recorded.
func (r Recorded) encode() ([]byte, error) {
	l := line{
		Dialect: r.Input.Dialect, Method: octets(r.Input.Method), Name: octets(r.Input.Name), Data: octets(r.Input.Data), Made: r.Input.Made,
	}
	for _, by := range r.By {
		one := lineReading{Sets: by.Sets, Operation: by.Reading.Operation}
		for _, s := range by.Reading.Settings {
			setting := lineSetting{Current: octets(s.Current), FullName: octets(s.FullName), Email: octets(s.Email)}
			target, secret := octets(s.Target), octets(s.Secret)
			if s.HasTarget {
				setting.Target = &target
			}
			if s.HasSecret && s.Hash {
				setting.Hash = &secret
			} else if s.HasSecret {
				setting.Password = &secret
			}
			one.Settings = append(one.Settings, setting)
		}
		l.By = append(l.By, one)
	}
	return json.Marshal(l)
}

// record puts an input together with the readings that found something.
func record(in *Input, oracles []*Oracle, readings []Reading) Recorded {
	r := Recorded{Input: *in}
	for k, reading := range readings {
		if !reading.effective(in.Question) {
			continue
		}
		same := slices.IndexFunc(r.By, func(by RecordedReading) bool {
			return by.Reading.Operation == reading.Operation && slices.Equal(by.Reading.Settings, reading.Settings)
		})
		if same < 0 {
			r.By = append(r.By, RecordedReading{Reading: reading})
			same = len(r.By) - 1
		}
		r.By[same].Sets = append(r.By[same].Sets, oracles[k].Name)
	}
	return r
}
