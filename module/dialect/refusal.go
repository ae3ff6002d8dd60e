// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/passgate/passgate/module/audit"
)

// RecordHeader names the record of a decision to the client and the operator.
const RecordHeader = "X-Passgate-Record"

// Refusal is a denial, to be put in the words of a dialect.
type Refusal struct {
	Status    int
	Cause     audit.Cause
	Sentences []string // everything that is wrong, one sentence each; no secret
	Record    string   // id of the audit record, empty if there is none
}

// write sends a refusal's body. A refusal is never a redirect, never a 429 and
// never cut off: clients would repeat the change (Terraform waits for minutes).
func (f Refusal) write(w http.ResponseWriter, contentType string, body any) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(body) // maps and strings of ours: it cannot fail
	h := w.Header()
	if f.Record != "" {
		h.Set(RecordHeader, f.Record)
	}
	if f.Status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "5")
	}
	out := bytes.TrimRight(buf.Bytes(), "\n")
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(out)))
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(f.Status)
	_, _ = w.Write(out)
}

// list joins the sentences for dialects that have one line for them.
func (f Refusal) list() string {
	sentences := make([]string, len(f.Sentences))
	for i, sentence := range f.Sentences {
		sentences[i] = strings.TrimSuffix(sentence, ".")
	}
	text := strings.Join(sentences, "; ")
	if f.Record != "" {
		text += " (record " + f.Record + ")"
	}
	return text
}

// Refuse implements [Dialect]: the error object of Elasticsearch
// (ElasticsearchException.java), with the numbered list that its own password
// rule produces (ValidationException.java).
func (Elasticsearch) Refuse(w http.ResponseWriter, r *http.Request, f Refusal) {
	w.Header().Set("X-Elastic-Product", "Elasticsearch")
	mime := elasticsearchType(r)
	if f.Status == http.StatusNotAcceptable {
		f.write(w, mime, plainError{f.list(), f.Status})
		return
	}
	kind, reason := "validation_exception", f.numbered()
	switch {
	case f.Status == http.StatusServiceUnavailable || f.Status >= 500:
		kind, reason = "status_exception", f.list()
	case f.Cause == audit.CauseUnreadable:
		kind, reason = "parse_exception", f.list()
	}
	cause := rootCause{kind, reason}
	f.write(w, mime, errorObject{Error: errorBody{[]rootCause{cause}, cause}, Status: f.Status})
}

// The two shapes of an error in Elasticsearch, members in its order.
type (
	plainError struct {
		Error  string `json:"error"`
		Status int    `json:"status"`
	}
	rootCause struct {
		Type   string `json:"type"`
		Reason string `json:"reason"`
	}
	errorBody struct {
		RootCause []rootCause `json:"root_cause"`
		rootCause
	}
	errorObject struct {
		Error  errorBody `json:"error"`
		Status int       `json:"status"`
	}
)

func (f Refusal) numbered() string {
	var b strings.Builder
	b.WriteString("Validation Failed:")
	for i, sentence := range f.Sentences {
		b.WriteString(" " + strconv.Itoa(i+1) + ": " + strings.TrimSuffix(sentence, ".") + ";")
	}
	if f.Record != "" {
		b.WriteString(" (record " + f.Record + ")")
	}
	return b.String()
}

// elasticsearchType mirrors the versioned media type, as the clients of 8 and 9 expect.
func elasticsearchType(r *http.Request) string {
	for _, name := range []string{"Accept", "Content-Type"} {
		value := strings.ReplaceAll(r.Header.Get(name), " ", "")
		for _, version := range []string{"7", "8", "9"} {
			if value == "application/vnd.elasticsearch+json;compatible-with="+version {
				return value
			}
		}
	}
	return "application/json"
}

// Refuse implements [Dialect]: the security plugin's own form (Responses.java,
// RequestContentValidator.java). Clients and Dashboards show the reason.
func (OpenSearch) Refuse(w http.ResponseWriter, _ *http.Request, f Refusal) {
	const mime = "application/json; charset=UTF-8"
	if f.Status == http.StatusNotAcceptable {
		f.write(w, mime, plainError{f.list(), f.Status})
		return
	}
	f.write(w, mime, struct {
		Status string `json:"status"`
		Reason string `json:"reason"`
	}{"error", f.list()})
}

// Refuse implements [Dialect]. CSS has two shapes of errors, its own and its API
// gateway's, and the SDKs and Terraform each read one of them: all four members
// are given. The code is ours, not one of the service's.
func (HuaweiCSS) Refuse(w http.ResponseWriter, _ *http.Request, f Refusal) {
	code := "PASSGATE." + strings.ToUpper(string(f.Cause))
	text := f.list()
	if f.Record != "" {
		w.Header().Set("X-Request-Id", f.Record)
	}
	f.write(w, "application/json", struct {
		ErrorCode string `json:"error_code"`
		ErrorMsg  string `json:"error_msg"`
		ErrCode   string `json:"errCode"`
		External  string `json:"externalMessage"`
	}{code, text, code, code + " : " + text})
}
