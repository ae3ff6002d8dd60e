// SPDX-License-Identifier: Apache-2.0

package mutant

import "slices"

// Mutants are all checks, each switched off.
func Mutants() []Mutant {
	return slices.Concat(aroundMutants, bodyMutants, headerMutants, pathMutants, queryMutants, elasticsearchMutants, opensearchMutants, huaweiMutants)
}

// bodyMutants are the checks on bytes, encoding and JSON.
var bodyMutants = []Mutant{
	{Check: "a name stands once in an object", File: "json.go",
		Old: "dec := jsontext.NewDecoder(bytes.NewReader(data))",
		New: "dec := jsontext.NewDecoder(bytes.NewReader(data), jsontext.AllowDuplicateNames(true))"},
	{Check: "a body is valid UTF-8, without half surrogates", File: "json.go",
		Old:  "dec := jsontext.NewDecoder(bytes.NewReader(data))",
		New:  "dec := jsontext.NewDecoder(bytes.NewReader(data), jsontext.AllowInvalidUTF8(true))",
		More: []Edit{{"	text, err := jsontext.AppendUnquote(nil, value)\n	if err != nil {", "	text, err := jsontext.AppendUnquote(nil, value)\n	if err != nil && len(text) == 0 {"}}},
	{Check: "nothing stands behind the value", File: "json.go",
		Old: "err != io.EOF {", New: "err != io.EOF && false {"},
	{Check: "the body is an object, a patch a list", File: "json.go",
		Old: "if err != nil || token.Kind() != open {", New: "if err != nil || token.Kind() == 0 {"},
	{Check: "nesting has a bound", File: "json.go",
		Old: "if err != nil || tooDeep(value) {", New: "if err != nil || tooDeep(value) && false {"},
	{Check: "members have a bound", File: "json.go",
		Old: "if len(parts) == maxParts {", New: "if len(parts) == maxParts && false {"},
	{Check: "password and hash together", File: "json.go",
		Old: "	if secret && hash {\n		return bothFields()", New: "	if secret && hash && false {\n		return bothFields()"},
	{Check: "only known members", File: "json.go",
		Old: "		if !ok {\n			return unreadable(ReasonUnknownKey", New: "		if !ok {\n			continue\n		}\n		if !ok {\n			return unreadable(ReasonUnknownKey"},
	{Check: "members of the right type", File: "json.go",
		Old: "if !strings.Contains(kinds, kindLetter(m.kind)) {", New: "if !strings.Contains(kinds, kindLetter(m.kind)) && false {"},
	{Check: "only known encodings", File: "body.go",
		Old: "	default:\n		return nil, withStatus(", New: "	case limit > 0:\n		return body, nil\n	default:\n		return nil, withStatus("},
	{Check: "gzip of one member", File: "body.go",
		Old: "z.Multistream(false)", New: "z.Multistream(true)"},
	{Check: "nothing behind the gzip member", File: "body.go",
		Old: "if err != nil || source.Len() != 0 {", New: "if err != nil {"},
	{Check: "a gzip member is whole", File: "body.go",
		Old: "if err != nil || source.Len() != 0 {", New: "if source.Len() != 0 {"},
	{Check: "a gzip header has no optional fields", File: "body.go",
		Old: "body[gzipFlags] != 0 {", New: "body[gzipFlags] != 0 && false {"},
	{Check: "an inflated body has a bound", File: "body.go",
		Old: "if len(plain) > limit {", New: "if len(plain) > limit && false {"},
}

// headerMutants are the checks on headers.
var headerMutants = []Mutant{
	{Check: "Connection names no end-to-end header", File: "header.go",
		Old: `if token != "" && !slices.Contains(hopTokens, token) {`, New: `if token == "?" && !slices.Contains(hopTokens, token) {`},
	{Check: "headers that come once", File: "header.go",
		Old: "if len(h[name]) > 1 {", New: "if len(h[name]) > 100 {"},
	{Check: "early data", File: "header.go",
		Old: `if len(h["Early-Data"]) > 0 {`, New: `if len(h["Early-Data"]) > 100 {`},
	{Check: "trailers that say how to read", File: "header.go",
		Old: `if strings.HasPrefix(name, "Content-") || slices.Contains(singular, name) {`, New: `if name == "?" && slices.Contains(singular, name) {`},
	{Check: "offers to upgrade are dropped", File: "header.go",
		Old: `"Upgrade", "Http2-Settings", "Te", "Connection", "Proxy-Connection"} {`, New: `"Te"} {`},
	{Check: "media type is JSON", File: "header.go",
		Old: "if err != nil || !slices.Contains(accepted, kind) {", New: "if err != nil || accepted == nil {"},
	{Check: "charset is UTF-8", File: "header.go",
		Old: `if !strings.EqualFold(value, "utf-8") {`, New: `if value == "?" {`},
	{Check: "compatible-with is a version", File: "header.go",
		Old: `if kind == "application/json" || len(value) != 1 || value[0] < '7' || value[0] > '9' {`, New: `if value == "?" {`},
	{Check: "no other parameter of a media type", File: "header.go",
		Old: "		default:\n			return bad()\n		}\n	}\n	return nil", New: "		}\n	}\n	return nil"},
	{Check: "run-as is ASCII", File: "credentials.go",
		Old: "return r >= utf8.RuneSelf", New: "return r > utf8.MaxRune"},
	{Check: "Basic is one padded base64 text", File: "credentials.go",
		Old: "base64.StdEncoding.Strict().DecodeString(text)", New: `base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.Fields(text + " ?")[0], "="))`},
	{Check: "a login is UTF-8", File: "credentials.go",
		Old: `|| !utf8.Valid(plain) `, New: ``},
	{Check: "a login has no NUL", File: "credentials.go",
		Old: `|| bytes.IndexByte(plain, 0) >= 0 {`, New: `|| bytes.IndexByte(plain, 0) == -2 {`},
	{Check: "a login has a colon", File: "credentials.go",
		Old: `	return strings.Cut(string(plain), ":")`, New: `	first, second, _ = strings.Cut(string(plain), ":")
	return first, second, true`},
	{Check: "base64 without line ends", File: "credentials.go",
		Old: `|| strings.ContainsAny(text, "\r\n") `, New: ``},
}

// pathMutants are the checks on a path's spelling.
var pathMutants = []Mutant{
	{Check: "trailing slashes are free", File: "path.go",
		Old: "	path = strings.TrimRight(path, \"/\")\n	t.path", New: "	t.path"},
	{Check: "a stripped prefix is plain", File: "fold.go",
		Old: "if m.Kind == Guarded && !plainPrefix(m.Prefix) {", New: "if m.Kind == Guarded && m.Prefix == \"?\" {"},
	{Check: "no second reading of a path", File: "fold.go",
		Old: "	return evasion(other, ReasonSpelling)", New: "	return m"},
	{Check: "methods in upper case", File: "fold.go",
		Old: "return strings.ToUpper(method)", New: "return method"},
	{Check: "looked for: encoded twice", File: "fold.go",
		Old: "const decodings = 3", New: "const decodings = 1"},
	{Check: "looked for: backslashes", File: "fold.go",
		Old: "strings.ReplaceAll(path, `\\`, \"/\")", New: "path"},
	{Check: "looked for: another case", File: "fold.go",
		Old: "path = strings.ToLower(strings.ReplaceAll(path, `\\`, \"/\"))", New: "path = strings.ReplaceAll(path, `\\`, \"/\")"},
	{Check: "looked for: path parameters", File: "fold.go",
		Old: `seg, _, _ = strings.Cut(seg, ";")`, New: `seg, _, _ = strings.Cut(seg, "?")`},
	{Check: "looked for: fragments and encoded queries", File: "fold.go",
		Old: `if i := strings.IndexAny(path, "?#"); i >= 0 {`, New: `if i := strings.IndexAny(path, "?#"); i < -1 {`},
	{Check: "looked for: the end of a request line", File: "fold.go",
		Old: `[]string{" http/", "\r", "\n"}`, New: `[]string{"?"}`},
	{Check: "looked for: blanks around a segment", File: "fold.go",
		Old: "return r <= ' ' || r == 0x7f", New: "return false"},
	{Check: "looked for: dot segments", File: "fold.go",
		Old: `		case "..":
			kept = kept[:max(len(kept)-1, 0)]
`, New: ``},
	{Check: "looked for: empty segments and dots", File: "fold.go",
		Old: `		case "", ".":
`, New: ``},
	{Check: "a name is not empty", File: "path.go",
		Old: `if err != nil || name == "" || `, New: `if err != nil || `},
	{Check: "a name is UTF-8", File: "path.go",
		Old: `|| !utf8.ValidString(name) {`, New: `|| utf8.RuneLen('?') > 1 {`},
	{Check: "a name holds no dot segments", File: "path.go",
		Old: `		if part == "." || part == ".." {
			return "", false`, New: `		if part == "." && part == ".." {
			return "", false`},
	{Check: "a name holds no control characters", File: "path.go",
		Old: "if strings.ContainsFunc(name, unicode.IsControl) {", New: "if strings.ContainsFunc(name, unicode.IsControl) && false {"},
}

// queryMutants are the checks on the query.
var queryMutants = []Mutant{
	{Check: "no semicolon in the query", File: "query.go",
		Old: `if strings.ContainsAny(raw, ";#\\") {`, New: `if strings.ContainsAny(raw, "#\\") {`},
	{Check: "no fragment or backslash in the query", File: "query.go",
		Old: `if strings.ContainsAny(raw, ";#\\") {`, New: `if strings.ContainsAny(raw, ";") {`},
	{Check: "a query is well encoded", File: "query.go",
		Old: "err != nil || errValue != nil {", New: "err != nil && errValue != nil && false {"},
	{Check: "names in the query are spelled plainly", File: "query.go",
		Old: "if plainName != name || !slices.Contains(allowed, name) && !slices.Contains(responseParams, name) {",
		New: "if !slices.Contains(allowed, plainName) && !slices.Contains(responseParams, plainName) {"},
	{Check: "only known parameters in the query", File: "query.go",
		Old: "if plainName != name || !slices.Contains(allowed, name) && !slices.Contains(responseParams, name) {",
		New: "if plainName != name || name == \"?\" && slices.Contains(allowed, name) {"},
	{Check: "a parameter comes once", File: "query.go",
		Old: "if seen[name] {", New: "if seen[name] && false {"},
}
