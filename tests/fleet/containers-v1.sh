# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# containers.sh on a host with version 1 of control groups.
#
# vm: --full --package podman --package catatonit --package uidmap --package libpam-systemd
# vm: --package dbus-user-session --package systemd-container --package prometheus --package curl
# vm: --package jq --memory 1536 --time 1500 --append systemd.unified_cgroup_hierarchy=0
# files: tests/fleet/containers.sh packaging/systemd packaging/prometheus docs/howto/containers.md
# files: tests/fleet/lib/promql.sh
. ./containers.sh
