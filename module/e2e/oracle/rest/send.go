// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// How long an answer is waited for: a request that is right has one at once, one
// that is cut off may never get any.
const (
	usualWait  = 2 * time.Second
	oddWait    = 150 * time.Millisecond
	secondWait = 20 * time.Millisecond
)

// send writes raw bytes and reads what answers come. The status of the first one
// is returned, 0 if there is none. What matters is not the answer but what the
// layer read; it is waited for so that the reading is over.
func send(addr string, raw []byte, odd bool) int {
	conn, err := net.DialTimeout("tcp", addr, usualWait)
	if err != nil {
		return 0
	}
	defer conn.Close()
	wait := usualWait
	if odd {
		wait = oddWait
	}
	if err := conn.SetDeadline(time.Now().Add(wait)); err != nil {
		return 0
	}
	_, _ = conn.Write(raw) // a server may refuse before it has read everything
	from := bufio.NewReader(conn)
	method, _, _ := strings.Cut(string(raw[:min(len(raw), 16)]), " ")
	first := 0
	for {
		status, end := answer(from, method)
		if first == 0 {
			first = status
		}
		if status == 0 || end || !odd {
			// No lingering: tens of thousands of connections would.
			_ = conn.(*net.TCPConn).SetLinger(0)
			return first
		}
		if err := conn.SetReadDeadline(time.Now().Add(secondWait)); err != nil {
			return first
		}
	}
}

// answer reads one answer, to a request of that method, to its end.
func answer(from *bufio.Reader, method string) (status int, end bool) {
	for {
		res, err := http.ReadResponse(from, &http.Request{Method: method})
		if err != nil {
			return 0, true
		}
		_, err = io.Copy(io.Discard, res.Body)
		res.Body.Close()
		if res.StatusCode >= 200 || res.StatusCode == http.StatusSwitchingProtocols {
			return res.StatusCode, err != nil || res.Close
		}
	}
}
