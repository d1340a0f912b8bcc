# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Shared by the parts that ask Debian's Prometheus.

# scrape_exporter [RULES]: Prometheus scrapes the exporter of this host, and evaluates a file of rules
scrape_exporter()
{
	cat >/etc/prometheus/prometheus.yml <<-END
	global: {scrape_interval: 4s, evaluation_interval: 2s}
	rule_files: [${1-}]
	scrape_configs:
	- job_name: tt-memstat
	  static_configs:
	  - {targets: ["localhost:10096"]}
	END
	systemctl restart prometheus
	wait_for 'Prometheus is ready' 60 curl -sf http://localhost:9090/-/ready
}

# query PROMQL LABEL...: a line for each sample, the labels' values, "-" for none, and the value
query()
{
	promql=$1
	shift
	curl -sG http://localhost:9090/api/v1/query --data-urlencode "query=$promql" |
		jq -r --args '.data.result[] | . as $r |
			[($ARGS.positional[] | $r.metric[.] // "-"), .value[1]] | join(" ")' "$@" | sort
}

# pool_used CHIP POOL: the figure of sysfs
pool_used()
{
	case $2 in
	l1|dram)	figure "$1" "${2}_buffers_used" ;;
	*)		figure "$1" "${2}_used" ;;
	esac
}
