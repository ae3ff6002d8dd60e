// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"errors"
	"fmt"
	"net/http"
)

// failure renders whatever a handler returned.
func (es *Elasticsearch) failure(err error) reply {
	var e *exception
	var syntax *syntaxError
	switch {
	case errors.As(err, &e):
	case errors.As(err, &syntax):
		e = es.unparsable(syntax)
	default:
		e = &exception{status: http.StatusInternalServerError, kind: "exception", reason: err.Error()}
	}
	return e.reply()
}

// unparsable is the answer to what isn't JSON: 500 in 6, and from 8 on with the
// beginning of the body quoted, secrets and all.
func (es *Elasticsearch) unparsable(s *syntaxError) *exception {
	e := &exception{status: http.StatusBadRequest, kind: "json_parse_exception"}
	if s.cutOff {
		e.kind = "json_e_o_f_exception"
	}
	source := "org.elasticsearch.transport.netty4.ByteBufStreamInput@2a021065"
	switch {
	case es.release.atLeast(8, 0):
		e.kind = "x_content_parse_exception"
		source = `(byte[])"` + s.quoted + `"`
		e.reason = fmt.Sprintf("[1:%d] ", s.offset+1)
	case !es.release.atLeast(7, 0):
		e.status = http.StatusInternalServerError
	}
	e.reason += fmt.Sprintf("%s\n at [Source: %s; line: 1, column: %d]", s.what, source, s.offset+2)
	return e
}

// parse reads a body in the format its Content-Type names. Of an object that
// breaks off it returns what came before, together with the error: the cluster
// reads member by member and complains about the first that it doesn't like.
func (c *esCall) parse() (*value, error) {
	v, err := bodyReaders[c.media.format](c.body)
	var s *syntaxError
	if errors.As(err, &s) {
		s.quoted = string(c.body[:min(500, len(c.body))])
	}
	if err != nil && !v.is(kindObject) {
		return nil, err
	}
	if !v.is(kindObject) {
		found := "null"
		if v != nil {
			found = string(v.kind)
		}
		return nil, parseException("expected an object, but found token [%s]", found)
	}
	return v, err
}

func readElasticJSON(body []byte) (*value, error) { return readJSON(jacksonChars(body), true) }
