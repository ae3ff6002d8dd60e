// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
	"github.com/passgate/passgate/module/audit/seal"
	"github.com/passgate/passgate/module/review"
)

type eventView struct {
	frame
	Row      row
	Record   audit.Record
	Place    int64
	Leaf     string
	Related  []row // other records of the same change
	Pairs    []member
	Raw      string
	Proof    proofView
	Searches []searchLink
	Previous string
	Next     string
}

// member is one member of the record, with its path.
type member struct{ Path, Value string }

type searchLink struct{ Name, Value, Link string }

// proofView is what proves that the record is under a signed checkpoint.
type proofView struct {
	Class, Text string
	Size        int64
	Proof, Line string // downloads
	Command     string
}

func eventPage(r *request) (*answer, error) {
	found, err := r.wanted()
	if err != nil {
		return nil, err
	}
	p := &eventView{frame: r.frame("events", fmt.Sprintf("Record %d", found.Place)), Row: newRow(&found), Record: found.Record, Place: found.Place}
	p.Raw, p.Leaf = string(found.Raw), seal.Leaf(found.Raw).String()
	p.Pairs = membersOf(found.Raw)
	p.Proof = r.proofOf(found.Place)
	p.Searches = searches(&found.Record)
	e := r.view.Extent()
	if found.Place > e.First {
		p.Previous = link("event", with(nil, "place", found.Place-1))
	}
	if found.Place+1 < e.Size {
		p.Next = link("event", with(nil, "place", found.Place+1))
	}
	if found.Record.Change != "" {
		same, err := r.view.OfChange(r.Context(), found.Record.Change)
		if err != nil {
			return nil, err
		}
		if len(same) > 1 {
			p.Related = rowsOf(same)
		}
	}
	return &answer{template: "event", data: p, first: found.Place, last: found.Place, count: 1}, nil
}

// wanted is the record an address names: by its place, or by the id that the
// client was told, of which the last record is shown.
func (r *request) wanted() (review.Found, error) {
	if id := r.query.Get("change"); id != "" {
		all, err := r.view.OfChange(r.Context(), id)
		if err != nil {
			return review.Found{}, err
		}
		if len(all) == 0 {
			return review.Found{}, notFound("There is no record of that change.")
		}
		return all[len(all)-1], nil
	}
	place, err := r.place()
	if err != nil {
		return review.Found{}, err
	}
	found, ok, err := r.view.At(r.Context(), place)
	if err == nil && !ok {
		err = notFound("There is no record at that place. It may have been retired.")
	}
	return found, err
}

func (r *request) place() (int64, error) {
	place, err := strconv.ParseInt(r.query.Get("place"), 10, 64)
	if err != nil || place < 0 {
		return 0, notFound("There is no such record.")
	}
	return place, nil
}

// membersOf takes a line apart into all it says, so that nothing is left out.
func membersOf(line []byte) []member {
	var all []member
	var path []string
	var index []int // in arrays; -1 in objects
	d := jsontext.NewDecoder(bytes.NewReader(line))
	name := ""
	put := func(value string) {
		full := strings.Join(append(path, name), ".")
		if n := len(index); n > 0 && index[n-1] >= 0 {
			full = strings.Join(path, ".")
		}
		all = append(all, member{strings.TrimPrefix(full, "."), value})
	}
	for {
		t, err := d.ReadToken()
		if err != nil {
			return all
		}
		switch t.Kind() {
		case '{', '[':
			if len(index) > 0 {
				path = append(path, name)
			}
			index = append(index, map[jsontext.Kind]int{'{': -1, '[': 0}[t.Kind()])
			name = ""
		case '}', ']':
			index = index[:len(index)-1]
			if len(path) > 0 {
				path = path[:len(path)-1]
			}
			name = ""
		default:
			inObject := len(index) > 0 && index[len(index)-1] == -1
			if inObject && name == "" {
				name = t.String()
				continue
			}
			put(t.String())
			name = ""
		}
	}
}

func (r *request) proofOf(place int64) proofView {
	v := proofView{Line: link("record.jsonl", with(nil, "place", place)), Command: fmt.Sprintf("passgate audit check-proof --vkey trail.vkey record-%d.tlog-proof record-%d.jsonl", place, place)}
	inclusion, err := proof.Prove(r.site.o.Dir, place)
	switch {
	case errors.Is(err, proof.ErrPending):
		v.Class, v.Text = "wait", "It is younger than the newest checkpoint; one is signed at most a second after."
		return v
	case err != nil:
		v.Class, v.Text = "bad", "No proof can be made: "+err.Error()
		return v
	}
	v.Proof = link("record.tlog-proof", with(nil, "place", place))
	keys := r.site.o.Keys
	if len(keys) == 0 {
		if id, err := audit.ReadIdentity(r.site.o.Dir); err == nil {
			keys = append([]string{id.Verifier}, rest(audit.VerifierKeys(r.site.o.Dir))...)
			slices.Sort(keys)
			keys = slices.Compact(keys) // the first key is usually among the others
		}
	}
	included, err := proof.Check(inclusion.Proof, inclusion.Line, keys)
	if err != nil {
		v.Class, v.Text = "bad", "The proof doesn't hold: "+err.Error()
		return v
	}
	v.Class, v.Size = "good", included.Size
	v.Text = fmt.Sprintf("It is record %d of the %d under the newest signed checkpoint.", place, included.Size)
	return v
}

func rest(keys []string, err error) []string {
	if err != nil {
		return nil
	}
	return keys
}

// searches lead to the records that have something in common with this one.
func searches(r *audit.Record) []searchLink {
	if r.Notice != nil {
		return []searchLink{{"code", string(r.Code), link("events", values("code", string(r.Code)))}}
	}
	var all []searchLink
	add := func(name string, c review.Column, value string) {
		if value != "" {
			all = append(all, searchLink{name, value, link("events", values(c.String(), review.Literal(value)))})
		}
	}
	add("by", review.Actor, r.Actor.Name)
	for _, t := range r.Targets[:min(3, len(r.Targets))] {
		add("of", review.Target, t)
	}
	add("from", review.Address, r.Client.IP)
	add("with", review.Agent, r.Client.UserAgent)
	for _, rule := range r.Rules[:min(3, len(r.Rules))] {
		add("breaking", review.Rule, rule.Code)
	}
	return all
}

// recordLine hands out the record's own bytes.
func recordLine(r *request, w http.ResponseWriter) error {
	found, err := r.wanted()
	if err != nil {
		return err
	}
	r.attach(w, "application/x-ndjson", fmt.Sprintf("record-%d.jsonl", found.Place))
	_, err = w.Write(append(found.Raw, '\n'))
	return ignore(err)
}

// recordProof hands out the proof, to be checked without the trail.
func recordProof(r *request, w http.ResponseWriter) error {
	place, err := r.place()
	if err != nil {
		return err
	}
	inclusion, err := proof.Prove(r.site.o.Dir, place)
	if err != nil {
		return notFound("There is no proof of that record: " + err.Error())
	}
	r.attach(w, "text/plain; charset=utf-8", fmt.Sprintf("record-%d.tlog-proof", place))
	_, err = w.Write(inclusion.Proof)
	return ignore(err)
}

// attach has the browser save what follows.
func (r *request) attach(w http.ResponseWriter, kind, name string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
}

// ignore: who has left needs no error page, and half a download can't get one.
func ignore(error) error { return nil }
