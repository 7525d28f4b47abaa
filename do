#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# ./do run    install what is missing, build, make the demo county, serve it
# ./do test   install what is missing, build, run every test
# ./do levels a county, its city and its province on this machine, one reporting to the other
set -eu
cd "$(dirname "$0")"

BUILD_PACKAGES="gcc meson ninja-build pkg-config python3 make gettext-base \
libmicrohttpd-dev libsqlite3-dev libpq-dev libsodium-dev libssl-dev libxml2-dev libpcre2-dev libicu-dev zlib1g-dev \
libpango1.0-dev libcairo2-dev libharfbuzz-dev libqrencode-dev libxlsxwriter-dev libcurl4-openssl-dev libcmocka-dev \
fonts-noto-cjk fonts-noto-core fonts-ukij-uyghur tzdata ca-certificates"
TEST_PACKAGES="postgresql curl poppler-utils zbar-tools json-schema-test-suite libintelrdfpmath-dev \
chromium nodejs npm binutils procps python3-aiosmtpd"

say() {
	printf '\n== %s\n' "$*"
}

# Debian's packages, those that are missing.
need() {
	missing=""
	for p in "$@"; do
		case $(dpkg-query -W -f '${Status}' "$p" 2>/dev/null || true) in
		*" installed") ;;
		*)
			# A program that is there from elsewhere will do.
			case $p in nodejs) command -v node >/dev/null 2>&1 && continue ;; npm) command -v npm >/dev/null 2>&1 && continue ;; esac
			missing="$missing $p"
			;;
		esac
	done
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" -ne 0 ]; then
		echo "These packages are missing:$missing" >&2
		echo "Install them as root: apt-get install$missing" >&2
		exit 1
	fi
	say "installing$missing"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	# shellcheck disable=SC2086
	apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# The diagram editors of the administrator's pages, chart and map of the big screen; without npm, or without a network, the
# build goes on without them.
fetch() { # FOLDER PACKAGE WHAT
	[ ! -d "assets/$1/node_modules/$2" ] || return 0
	command -v npm >/dev/null 2>&1 || return 0
	say "fetching $3"
	(cd "assets/$1" && npm ci --no-audit --no-fund --ignore-scripts >/dev/null 2>&1) || {
		rm -rf "assets/$1/node_modules"
		echo "npm could not fetch them: the pages show the plain way" >&2
		return 0
	}
	[ ! -e build/build.ninja ] || touch meson.build # it looks again for what is there
}

build() {
	fetch editor dmn-js "the diagram editors"
	fetch screen ol "the chart and the map of the big screen"
	say "building"
	make --no-print-directory build
}

run() {
	# shellcheck disable=SC2086
	need $BUILD_PACKAGES
	build
	listen="${YIZHAN_LISTEN:-127.0.0.1:8080}"
	if [ "$(id -u)" -eq 0 ]; then
		site="${YIZHAN_SITE:-/var/lib/yizhan/demo}"
		id yizhan >/dev/null 2>&1 || useradd --system --home-dir /var/lib/yizhan --shell /usr/sbin/nologin yizhan
		install -d -o yizhan -g yizhan -m 0750 "$(dirname "$site")"
	else
		site="${YIZHAN_SITE:-$PWD/site}"
	fi
	if [ ! -e "$site/site.json" ]; then
		say "making the demo county in $site"
		rm -rf "$site.part"
		build/yizhan init "$site.part" --demo --base-url "http://$listen"
		[ "$(id -u)" -ne 0 ] || chown -R yizhan:yizhan "$site.part"
		rm -rf "$site"
		mv "$site.part" "$site"
	fi
	cat <<-TEXT

		一站 · http://$listen
		市民 liuyang   企业 qingze-water   窗口 zhangmin   审查 reviewer   决定 decider
		监察 supervisor   事项 items   管理 admin          密码都是 qingze-demo-2026

	TEXT
	exec build/yizhan serve "$site" --listen "$listen"
}

# One installation: folder, pack or nothing, port.
level() {
	[ ! -e "$1/site.json" ] || return 0
	rm -rf "$1.part"
	# shellcheck disable=SC2086
	build/yizhan init "$1.part" --demo $2 --base-url "http://127.0.0.1:$3"
	mv "$1.part" "$1"
}

levels() {
	# shellcheck disable=SC2086
	need $BUILD_PACKAGES
	build
	dir="${YIZHAN_LEVELS:-$PWD/levels}"
	[ "$(id -u)" -ne 0 ] || dir="${YIZHAN_LEVELS:-/var/lib/yizhan-levels}" # nobody cannot go where root's sources lie
	port="${YIZHAN_LEVELS_PORT:-8081}"
	mkdir -p "$dir"
	level "$dir/county" "" "$port"
	level "$dir/city" "--pack packs/demo-city" $((port + 1))
	level "$dir/province" "--pack packs/demo-province" $((port + 2))
	for link in county:city:990121:$((port + 1)) city:province:990100:$((port + 2)); do
		IFS=: read -r lower upper region at <<-TEXT
			$link
		TEXT
		[ -e "$dir/$lower.secret" ] || build/yizhan link secret "$dir/$lower.secret"
		build/yizhan link up "$dir/$lower" "$upper" --url "http://127.0.0.1:$at" --secret "$dir/$lower.secret" --personal
		build/yizhan link down "$dir/$upper" "$region" --secret "$dir/$lower.secret" --from 127.0.0.1
	done
	user=""
	if [ "$(id -u)" -eq 0 ]; then
		chmod 755 "$dir"
		chown -R nobody "$dir/county" "$dir/city" "$dir/province"
		user="--user nobody"
	fi
	running=""
	# shellcheck disable=SC2086
	trap 'kill $running 2>/dev/null || true; wait' EXIT
	trap 'exit 130' INT TERM
	for name in province city county; do
		case $name in county) at=$port ;; city) at=$((port + 1)) ;; *) at=$((port + 2)) ;; esac
		# shellcheck disable=SC2086
		build/yizhan serve "$dir/$name" --listen "127.0.0.1:$at" $user &
		running="$running $!"
	done
	cat <<-TEXT

		清泽县 http://127.0.0.1:$port   澜州市 http://127.0.0.1:$((port + 1))   青岚省 http://127.0.0.1:$((port + 2))
		市、省的监察 supervisor 看 /board/levels；县里办一件，两级以上几秒内看到         密码都是 qingze-demo-2026

	TEXT
	wait
}

check() {
	# shellcheck disable=SC2086
	need $BUILD_PACKAGES $TEST_PACKAGES
	build
	exec tools/test build
}

case "${1:-}" in
run) run ;;
test) check ;;
levels) levels ;;
need) shift && need "$@" ;; # what a verb of the Makefile wants beyond the two
*)
	sed -n '3,5s/^# //p' "$0"
	exit 2
	;;
esac
