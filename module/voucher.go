// SPDX-License-Identifier: Apache-2.0

package module

import (
	"path/filepath"

	"github.com/caddyserver/caddy/v2"
	"go.uber.org/zap"

	"github.com/passgate/passgate/module/dialect"
	"github.com/passgate/passgate/module/voucher"
	"github.com/passgate/passgate/policy"
)

// VoucherDir is where `passgate policy hash` leaves its vouchers and the gateway
// looks for them: passgate/vouchers in Caddy's data directory.
func VoucherDir() string { return filepath.Join(caddy.AppDataDir(), "passgate", "vouchers") }

// judgeHash lets a hash through if the policy opens its kind, or if somebody has
// vouched for exactly this one after the password was judged.
func (c *change) judgeHash(p *policy.Policy, s *dialect.Secret) []policy.Violation {
	violation := p.JudgeHash(s.Value)
	if violation == nil {
		return nil
	}
	good, err := voucher.Book{Dir: VoucherDir()}.Accepts(s.Target, s.Value, p.Digest())
	if err != nil {
		c.h.logger.Error("reading the vouchers for hashes failed", zap.Error(err))
	}
	if good {
		return nil
	}
	return []policy.Violation{*violation}
}
