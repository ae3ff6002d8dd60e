// SPDX-License-Identifier: Apache-2.0

package ship

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/engine"
)

// target names where records go.
type target struct {
	kind engine.Kind
	name string // data stream, or the beginning of index names
}

// index is where one record goes. Without data streams, its own month names
// the index, so that a repeated record meets itself there.
func (t target) index(line []byte) string {
	if t.kind.Streams() {
		return t.name
	}
	at, _ := audit.TimeOf(line)
	return t.name + "-" + at.UTC().Format("2006.01")
}

// body spells records as a bulk of creates.
func (t target) body(records []record) ([]byte, error) {
	var b bytes.Buffer
	for _, r := range records {
		id := eventID(r.line)
		if id == "" {
			return nil, fmt.Errorf("shipping record %d: it has no event.id", r.seq)
		}
		action := map[string]string{"_index": t.index(r.line), "_id": id}
		if t.kind.Typed() {
			action["_type"] = "_doc"
		}
		text, err := json.Marshal(map[string]any{"create": action})
		if err != nil {
			return nil, err
		}
		b.Write(text)
		b.WriteByte('\n')
		b.Write(r.line)
		b.WriteByte('\n')
	}
	return b.Bytes(), nil
}

func eventID(line []byte) string {
	_, rest, ok := bytes.Cut(line, []byte(`"event":{"id":"`))
	id, _, closed := bytes.Cut(rest, []byte(`"`))
	if !ok || !closed {
		return ""
	}
	return string(id)
}

// verdict is what became of a bulk.
type verdict struct {
	created, known int
	again          []record // refused for the moment
	wait           time.Duration
}

// RejectedError says that the engine will not take a record.
type RejectedError struct {
	Seq    int64
	Status int
	Type   string // the engine's own word for the error
}

func (e *RejectedError) Error() string {
	return fmt.Sprintf("the engine rejects record %d with %d %s; install the index template (passgate audit template), or mend the index", e.Seq, e.Status, e.Type)
}

// errTooLarge says that a bulk has to be split.
var errTooLarge = errors.New("the engine takes no bulk of this size")

// send sends one bulk and sorts the answer.
func (t target) send(ctx context.Context, e *engine.Engine, records []record) (v verdict, err error) {
	body, err := t.body(records)
	if err != nil {
		return v, err
	}
	status, header, answer, err := e.Do(ctx, http.MethodPost, "/_bulk", "application/x-ndjson", body)
	switch {
	case err != nil:
		return v, &passing{err}
	case status == http.StatusRequestEntityTooLarge:
		return v, errTooLarge
	case status == http.StatusTooManyRequests || status >= 500:
		v.again, v.wait = records, retryAfter(header)
		return v, nil
	case status != http.StatusOK:
		return v, fmt.Errorf("shipping: expected 200 from _bulk, got %d; check the credentials and what they may do", status)
	}
	return t.sort(records, answer)
}

// passing is an error of the network that may pass.
type passing struct{ error }

func (p *passing) Unwrap() error { return p.error }

func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// sort reads the answer item by item.
func (t target) sort(records []record, answer []byte) (v verdict, err error) {
	var got struct {
		Items []struct {
			Create struct {
				Status int `json:"status"`
				Error  struct {
					Type string `json:"type"`
				} `json:"error"`
			} `json:"create"`
		} `json:"items"`
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		return v, &passing{errors.New("shipping: the answer of _bulk is no JSON")}
	}
	if len(got.Items) != len(records) {
		return v, &passing{fmt.Errorf("shipping: %d records were sent, %d were answered", len(records), len(got.Items))}
	}
	for i, item := range got.Items {
		switch s := item.Create.Status; {
		case s == http.StatusCreated:
			v.created++
		case s == http.StatusConflict:
			v.known++
		case s == http.StatusTooManyRequests || s >= 500:
			v.again = append(v.again, records[i])
		default:
			return v, &RejectedError{Seq: records[i].seq, Status: s, Type: item.Create.Error.Type}
		}
	}
	return v, nil
}
