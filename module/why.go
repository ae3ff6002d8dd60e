// SPDX-License-Identifier: Apache-2.0

package module

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp/reverseproxy"
	"go.uber.org/zap"
)

// why says for the log why the proxy came back without an answer. An error may
// quote what the cluster sent, which may be anything, so only those kinds are
// repeated that hold nothing but addresses and certificates.
func why(err error) string {
	var certificate *tls.CertificateVerificationError
	var dial reverseproxy.DialError
	var handler caddyhttp.HandlerError
	switch {
	case errors.As(err, &certificate):
		return fmt.Sprintf("the cluster's certificate is not accepted (%v); see tls_trust_pool and tls_server_name of the transport", certificate.Err)
	case errors.As(err, new(tls.RecordHeaderError)):
		return "the cluster doesn't speak TLS; write its address with http://"
	case errors.As(err, &dial):
		return "the cluster can't be reached: " + dial.Error()
	case errors.Is(err, context.DeadlineExceeded):
		return "the cluster gave no answer in time"
	case errors.As(err, &handler) && handler.StatusCode == http.StatusServiceUnavailable:
		return "no node of the cluster is available"
	}
	return "the cluster's answer broke off, or could not be read as HTTP"
}

// unanswered logs why a question to the cluster has not been answered: whoever set
// the site up has nothing else to go by.
func (c *change) unanswered(reply *reply, err error) {
	var reason string
	switch {
	case err != nil:
		reason = why(err)
	case reply.status == 0:
		reason = "nothing behind password_policy answered; put a proxy to the cluster there"
	case reply.status == http.StatusOK:
		reason = "the answer is none of this API's; is " + c.h.dialect.Name() + " the right dialect, and the proxy's address the cluster's?"
	default:
		reason = fmt.Sprintf("the answer has status %d", reply.status)
	}
	c.h.logger.Error("a question to the cluster was not answered; the change is denied", zap.String("record", c.event.Change), zap.String("why", reason))
}
