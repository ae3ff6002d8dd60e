// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// exchangeLimit bounds one request and its answer.
const exchangeLimit = 60 * time.Second

// message is a request as it goes on the wire.
type message struct {
	Method, Target string
	Header         http.Header // as sent, for comparing with what arrives
	Body           []byte      // without transfer framing
	Raw            []byte
}

// compose turns the text of a request section into bytes: the head's lines end
// with CRLF, the body follows as it stands, encoded as the case says. Nothing
// is added: a request that needs a Content-Length says so, by ${length}.
func compose(text, encoding string, more lookup) (*message, error) {
	head, body, _ := strings.Cut(text, "\n\n")
	plain, err := expand(body, more)
	if err != nil {
		return nil, err
	}
	encoded, framed, err := encodeBody([]byte(plain), encoding)
	if err != nil {
		return nil, err
	}
	head, err = expand(head, func(name string) (string, bool, error) {
		if name == "length" {
			return strconv.Itoa(len(encoded)), true, nil
		}
		if names, ok := strings.CutPrefix(name, "signed "); ok {
			return signedMark + names, true, nil
		}
		return more(name)
	})
	if err != nil {
		return nil, err
	}
	lines := strings.Split(head, "\n")
	m := &message{Header: make(http.Header), Body: encoded}
	m.Method, m.Target, _ = strings.Cut(lines[0], " ")
	m.Target = strings.TrimSuffix(strings.TrimSuffix(m.Target, " HTTP/1.1"), " HTTP/1.0")
	for _, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("expected \"Name: value\" in the head of the request, found %q", line)
		}
		m.Header.Add(name, strings.TrimSpace(value))
	}
	lines = sign(m, lines)
	m.Raw = append([]byte(strings.Join(lines, "\r\n")+"\r\n\r\n"), framed...)
	return m, nil
}

// reply is an answer read to its end.
type reply struct {
	Status int
	Header http.Header
	Body   []byte
}

// send writes raw to addr and reads the final answer. Interim ones (RFC 9110,
// section 15.2) are skipped, but a 101 is an answer: it ends HTTP.
func send(addr string, m *message) (*reply, error) {
	conn, err := net.DialTimeout("tcp", addr, exchangeLimit)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(exchangeLimit)); err != nil {
		return nil, err
	}
	// A server may answer and close before it has read everything; then writing
	// fails, and the answer is what counts.
	_, writeErr := conn.Write(m.Raw)
	from := bufio.NewReader(conn)
	for {
		res, err := http.ReadResponse(from, &http.Request{Method: m.Method})
		if err != nil {
			if writeErr != nil {
				err = writeErr
			}
			return nil, fmt.Errorf("no answer: %w", err)
		}
		if res.StatusCode < 200 && res.StatusCode != http.StatusSwitchingProtocols {
			continue
		}
		body, err := io.ReadAll(io.LimitReader(res.Body, 16<<20))
		res.Body.Close()
		if err != nil {
			return nil, fmt.Errorf("the answer broke off: %w", err)
		}
		return &reply{Status: res.StatusCode, Header: res.Header, Body: bytes.Clone(body)}, nil
	}
}
