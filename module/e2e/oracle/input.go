// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// Question is what an input is about: the letter that the Java side knows.
type Question byte

// The questions.
const (
	ChangeBody   Question = 'c' // Elasticsearch's change password
	PutUserBody  Question = 'p' // Elasticsearch's put user
	AccountBody  Question = 'a' // OpenSearch's account
	InternalUser Question = 'i' // OpenSearch's internal user
	PatchOne     Question = 's' // a JSON Patch over one user
	PatchAll     Question = 'k' // a JSON Patch over all users
	Target       Question = 'u' // method and request target
	Basic        Question = 'b' // Authorization header
)

// String names a question in reports.
func (q Question) String() string {
	switch q {
	case ChangeBody:
		return "change_password body"
	case PutUserBody:
		return "put_user body"
	case AccountBody:
		return "account body"
	case InternalUser:
		return "internalusers body"
	case PatchOne:
		return "patch of one user"
	case PatchAll:
		return "patch of all users"
	case Target:
		return "request target"
	case Basic:
		return "Basic header"
	}
	return "?"
}

// Input is one thing to be understood.
type Input struct {
	Question Question
	Dialect  string // elasticsearch or opensearch
	Method   string // of a Target
	Name     string // the user in the path of a PutUserBody, InternalUser or PatchOne
	Data     []byte // body, request target or header value, as the client sends it
	Made     []string
}

func (in *Input) patches() bool { return in.Question == PatchOne || in.Question == PatchAll }

// String shows an input so that it can be pasted into a test.
func (in *Input) String() string {
	return fmt.Sprintf("%s %s %q %q %q (%s)", in.Dialect, in.Question, in.Method, in.Name, in.Data, strings.Join(in.Made, ", "))
}

// appendFrame encodes the question about data, which is in.Data or what a proxy
// made of it.
func (in *Input) appendFrame(to, data []byte) []byte {
	start := len(to)
	to = append(to, 0, 0, 0, 0, byte(in.Question))
	switch in.Question {
	case PutUserBody, InternalUser, PatchOne:
		to = binary.BigEndian.AppendUint16(to, uint16(len(in.Name)))
		to = append(to, in.Name...)
	case Target:
		to = append(to, byte(len(in.Method)))
		to = append(to, in.Method...)
	}
	to = append(to, data...)
	binary.BigEndian.PutUint32(to[start:], uint32(len(to)-start-4))
	return to
}
