// SPDX-License-Identifier: Apache-2.0

package module

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
)

// answerLimit is how much of an answer is held back until the outcome is on
// record. Answers to changes are a line long; what is longer flows on after it.
const answerLimit = 64 << 10

// answer holds the cluster's answer back until its outcome is on the trail.
// It offers no Hijack and no Unwrap: a guarded request never becomes a tunnel.
type answer struct {
	http.ResponseWriter
	settle func(body []byte)

	status   int
	body     bytes.Buffer
	settled  bool
	released bool
}

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	switch {
	case status == http.StatusSwitchingProtocols:
		a.status = http.StatusBadGateway // nobody may leave HTTP here
	case status < 200:
		a.ResponseWriter.WriteHeader(status)
	case a.status == 0:
		a.status = status
	}
}

// Write implements http.ResponseWriter.
func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	if !a.released && a.body.Len()+len(p) <= answerLimit {
		return a.body.Write(p)
	}
	a.release()
	return a.ResponseWriter.Write(p)
}

// FlushError implements what http.ResponseController looks for. Before the
// release there is nothing to flush.
func (a *answer) FlushError() error {
	if !a.released {
		return nil
	}
	return http.NewResponseController(a.ResponseWriter).Flush()
}

// settleOnce puts the outcome on record, with what has come of the body.
func (a *answer) settleOnce() {
	if !a.settled {
		a.settled = true
		a.settle(a.plainBody())
	}
}

// plainBody is the answer's body as it can be read: some outcomes are told there,
// and a client may have asked for gzip. Of what can't be inflated it is the bytes.
func (a *answer) plainBody() []byte {
	sent := a.body.Bytes()
	if !strings.EqualFold(a.Header().Get("Content-Encoding"), "gzip") {
		return sent
	}
	z, err := gzip.NewReader(bytes.NewReader(sent))
	if err != nil {
		return sent
	}
	plain, err := io.ReadAll(io.LimitReader(z, answerLimit))
	if err != nil {
		return sent
	}
	return plain
}

// release lets the client have what was held back.
func (a *answer) release() {
	if a.released {
		return
	}
	a.settleOnce()
	a.released = true
	if a.status == 0 {
		a.status = http.StatusOK
	}
	a.ResponseWriter.WriteHeader(a.status)
	_, _ = a.ResponseWriter.Write(a.body.Bytes())
}

// finish is called when the proxy has returned.
func (a *answer) finish() { a.release() }
