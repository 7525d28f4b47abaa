# SPDX-License-Identifier: Apache-2.0
# Verbs over meson.  The first two are what ./do calls.
BUILD ?= build
.PHONY: build run test asan tsan fuzz bench cover install clean

build: $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet

$(BUILD)/build.ninja:
	@meson setup $(BUILD) . >$(BUILD).log 2>&1 || { cat $(BUILD).log; exit 1; }

run:
	@./do run

test:
	@./do test

asan:
	@test -e build-asan/build.ninja || meson setup build-asan . -Db_sanitize=address,undefined -Db_lundef=false
	@ninja -C build-asan --quiet
	@ASAN_OPTIONS=handle_segv=2:detect_leaks=1 LSAN_OPTIONS=suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0 UBSAN_OPTIONS=halt_on_error=1 tools/test build-asan --unit

tsan:
	@test -e build-tsan/build.ninja || meson setup build-tsan . -Db_sanitize=thread -Db_lundef=false
	@ninja -C build-tsan --quiet
	@tools/test build-tsan --unit --only http,db

fuzz:
	@./do need clang
	@test -e build-fuzz/build.ninja || CC=clang meson setup build-fuzz . -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false
	@ninja -C build-fuzz --quiet
	@tools/fuzz build-fuzz $(SECONDS_EACH)

bench: build
	@bench/run $(BUILD)

cover:
	@./do need gcovr
	@test -e build-cover/build.ninja || meson setup build-cover . -Db_coverage=true
	@ninja -C build-cover --quiet
	@tools/test build-cover --unit
	@ninja -C build-cover coverage-text && cat build-cover/meson-logs/coverage.txt

install: build
	@meson install -C $(BUILD)

clean:
	@rm -rf build build-*
