-- SPDX-License-Identifier: Apache-2.0
-- Views on a trail: SET VARIABLE trail = 'DIRECTORY' first.
CREATE OR REPLACE VIEW records AS
SELECT * FROM read_json(getvariable('trail') || '/segments/*.jsonl', format = 'newline_delimited', columns = {
  '@timestamp': 'TIMESTAMP',
  event: 'STRUCT(code VARCHAR, severity INTEGER)',
  user: 'STRUCT(name VARCHAR, target STRUCT(name JSON))',
  source: 'STRUCT(ip VARCHAR)',
  Gateway: 'STRUCT(stage VARCHAR, change VARCHAR, cluster VARCHAR, operation VARCHAR, verdict VARCHAR, cause VARCHAR, enforced BOOLEAN, outcome VARCHAR, self BOOLEAN, rules STRUCT(code VARCHAR[]))',
  Chain: 'STRUCT(seq BIGINT)'
});

-- One row of each change: the last word on it.
CREATE OR REPLACE VIEW changes AS
SELECT "@timestamp" AS at, "user"."name" AS actor, "user".target."name" AS target, source.ip AS address, Gateway.*, Chain.seq AS seq
FROM records WHERE Gateway.stage IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY Gateway.change ORDER BY Chain.seq DESC) = 1;
