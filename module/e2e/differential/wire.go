// SPDX-License-Identifier: Apache-2.0

package differential

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// How long an answer may take: in all, and where a reader may be waiting for
// bytes that don't come. Such a connection is then closed on our side, and the
// reader has the last of these to finish what it does.
const (
	answerLimit = 20 * time.Second
	cutLimit    = 400 * time.Millisecond
	closeLimit  = time.Second
)

// send writes the request to addr and returns the statuses of what is answered,
// none if nothing that reads as HTTP/1 is.
func (q *Request) send(addr string) ([]int, error) {
	conn, err := net.DialTimeout("tcp", addr, answerLimit)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(answerLimit))
	// A server may answer and close before it has read all; then the answer counts.
	_, _ = conn.Write(q.Raw)
	var statuses []int
	in := bufio.NewReader(conn)
	for range q.answers {
		if q.cut {
			_ = conn.SetReadDeadline(time.Now().Add(cutLimit))
		}
		status, err := answer(in)
		if err != nil {
			break
		}
		statuses = append(statuses, status)
	}
	if len(statuses) < q.answers {
		_ = conn.(*net.TCPConn).CloseWrite()
		_ = conn.SetReadDeadline(time.Now().Add(closeLimit))
		if status, err := answer(in); err == nil {
			statuses = append(statuses, status)
		}
	}
	return statuses, nil
}

// answer reads one final answer to its end.
func answer(in *bufio.Reader) (int, error) {
	for {
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			return 0, err
		}
		if res.StatusCode < 200 && res.StatusCode != http.StatusSwitchingProtocols {
			continue
		}
		_, err = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<20))
		res.Body.Close()
		return res.StatusCode, err
	}
}

// accepted says whether anything in the statuses is a success.
func accepted(statuses []int) bool {
	for _, status := range statuses {
		if status >= 200 && status < 300 {
			return true
		}
	}
	return false
}
