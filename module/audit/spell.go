// SPDX-License-Identifier: Apache-2.0

package audit

// Spell returns the line of e as a gateway with these options writes it,
// without the closing brace that [seal.AppendLink] adds. It is for tools that
// make whole trails, such as sample traffic; a gateway uses [Trail.Record].
func (o Options) Spell(e *Event) ([]byte, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	s := o.source()
	return s.encode(e), nil
}

// SpellNotice is Spell for a notice.
func (o Options) SpellNotice(n *Notice) ([]byte, error) {
	if err := n.check(); err != nil {
		return nil, err
	}
	s := o.source()
	return s.encodeNotice(n), nil
}

func (o Options) source() source {
	return source{version: o.Version, instance: o.Instance, environment: o.Environment}
}
