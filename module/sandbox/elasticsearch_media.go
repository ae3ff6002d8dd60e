// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"net/http"
	"strconv"
	"strings"
)

// mediaType is what the cluster made of Content-Type and Accept.
type mediaType struct {
	format  string // "json", "yaml", "cbor", "smile"; empty: not supported
	version int    // of compatible-with, 0 if absent
	answer  string // the vendor type to answer in, empty for the plain one
}

const vendorPrefix = "application/vnd.elasticsearch+"

// bodyReaders parse the formats a Content-Type can name. There is no sniffing.
var bodyReaders = map[string]func([]byte) (*value, error){
	"json":  readElasticJSON,
	"yaml":  readYAML,
	"cbor":  readCBOR,
	"smile": readSMILE,
}

// readMediaType checks both headers as RestRequest and RestController do.
func (es *Elasticsearch) readMediaType(c *esCall) error {
	lines := c.header.Values("Content-Type")
	if len(lines) > 1 {
		return es.badMediaType("only one Content-Type header should be provided")
	}
	if len(lines) == 1 {
		m, err := es.parseMediaType(lines[0])
		if err != nil {
			return err
		}
		c.media = m
	}
	accept := c.header.Get("Accept")
	if !es.release.atLeast(8, 0) || !strings.HasPrefix(strings.ToLower(accept), vendorPrefix) {
		if es.release.atLeast(8, 0) && c.media.version != 0 && len(c.body) > 0 {
			return es.badMediaType("A compatible version is required on both Content-Type and Accept headers if either one has requested a compatible version. Accept=" +
				acceptShown(accept) + ", Content-Type=" + lines[0])
		}
		return nil
	}
	a, err := es.parseMediaType(accept)
	if err != nil {
		return err
	}
	if len(c.body) > 0 && len(lines) == 1 && a.version != c.media.version {
		return es.badMediaType("Content-Type and Accept version combination not supported. Accept=" + accept + ", Content-Type=" + lines[0])
	}
	c.media.answer = vendorPrefix + a.format
	if a.version != 0 {
		c.media.version = a.version
		c.media.answer += ";compatible-with=" + strconv.Itoa(a.version)
	}
	return nil
}

func acceptShown(accept string) string {
	if accept == "" {
		return "null"
	}
	return accept
}

func (es *Elasticsearch) invalidType(line string) string {
	if !es.release.atLeast(7, 0) {
		return "invalid Content-Type header [" + line + "]"
	}
	return "Invalid media-type value on headers [Content-Type]"
}

func (es *Elasticsearch) badMediaType(reason string) error {
	kind := "content_type_header_exception"
	switch {
	case es.release.atLeast(8, 0):
		kind = "media_type_header_exception"
	case !es.release.atLeast(7, 0):
		return &exception{status: http.StatusBadRequest, kind: kind, reason: "java.lang.IllegalArgumentException: " + reason,
			cause: &exception{kind: "illegal_argument_exception", reason: reason}}
	}
	return &exception{status: http.StatusBadRequest, kind: kind, reason: reason}
}

// parseMediaType reads one header value: syntax, then what it stands for.
func (es *Elasticsearch) parseMediaType(line string) (mediaType, error) {
	name, rest, _ := strings.Cut(line, ";")
	name = strings.ToLower(strings.TrimSpace(name))
	kind, subtype, slash := strings.Cut(name, "/")
	if !slash || kind == "" || subtype == "" || strings.ContainsAny(name, ", ") {
		return mediaType{}, es.badMediaType(es.invalidType(line))
	}
	params, wellFormed := mediaParams(rest)
	if !wellFormed && es.release.atLeast(8, 0) {
		return mediaType{}, es.badMediaType(es.invalidType(line))
	}
	m := mediaType{format: es.mediaFormat(name)}
	asked, versioned := params["compatible-with"]
	if !versioned || !strings.HasPrefix(name, vendorPrefix) || !es.release.atLeast(8, 0) {
		return m, nil
	}
	m.version, _ = strconv.Atoi(asked)
	if m.version != es.release.major && m.version != es.release.major-1 {
		return mediaType{}, es.badMediaType(es.invalidType(line))
	}
	return m, nil
}

// mediaParams splits the parameters; false if one of them has no value.
func mediaParams(rest string) (map[string]string, bool) {
	params := map[string]string{}
	for _, p := range strings.Split(rest, ";") {
		if strings.TrimSpace(p) == "" {
			continue
		}
		name, v, ok := strings.Cut(p, "=")
		if !ok {
			return params, false
		}
		params[strings.ToLower(strings.TrimSpace(name))] = strings.ToLower(strings.Trim(strings.TrimSpace(v), `"`))
	}
	return params, true
}

// mediaFormat says which parser a type picks, by generation.
func (es *Elasticsearch) mediaFormat(name string) string {
	switch subtype := strings.TrimPrefix(name, "application/"); {
	case subtype == "json", subtype == "yaml", subtype == "cbor", subtype == "smile":
		return subtype
	case subtype == "x-ndjson" && es.release.atLeast(7, 17):
		return "json"
	case name == "application/*" && es.release.atLeast(8, 0):
		return "json"
	}
	if format, ok := strings.CutPrefix(name, vendorPrefix); ok && es.release.atLeast(7, 11) {
		if format == "x-ndjson" {
			return "json"
		}
		if bodyReaders[format] != nil {
			return format
		}
	}
	return ""
}

// unsupportedType is the 406 to a body whose type picks no parser.
func (es *Elasticsearch) unsupportedType(c *esCall) reply {
	lines := c.header.Values("Content-Type")
	text := "Content-Type header [" + strings.Join(lines, ",") + "] is not supported"
	return reply{status: http.StatusNotAcceptable, body: []byte(obj("error", text, "status", http.StatusNotAcceptable))}
}

// answerType is the Content-Type of an answer.
func (es *Elasticsearch) answerType(c *esCall) string {
	switch {
	case !es.release.atLeast(8, 0):
		return "application/json; charset=UTF-8"
	case c.media.answer != "":
		return c.media.answer
	}
	return "application/json"
}
