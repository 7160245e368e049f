# syncd: what can be made here
#
#   make run               build, then show two made-up schools through four days: import, consent, transfer, check
#   make run DATA=folder   the same commands on the eight real exports in folder (or SYNCD_REAL_DATA)
#   make test              lint, build, all tests; set SYNCD_REAL_DATA to test on real exports, too
#   make drill             the day the disk dies: backup, erasure, disk lost, restore, checked and timed
#   make bench             measure, beside the disk's own rate and the peers; writes bench.json
#   make fuzz              feed damaged input to every reader for SECONDS (60) each
#   make lint              check format and documentation of the Swift sources
#   make format            put the Swift sources into format
#   make screenshots       the head's page in headless Chromium: walk through it, check it with axe-core, take pictures
#   make spreadsheet       open what syncd writes for spreadsheets in LibreOffice: no cell becomes a formula
#   make docs              check the guides: links, and that every command is described
#   make events            generate Sources/Events anew from schemas/events; needs protoc
#   make clean             remove what was built and out/
#
# Debian packages that are missing are installed first, as root or through sudo. Swift 6.3 must be there.

PACKAGES := libargon2-dev libqrencode-dev liblmdb-dev libssl-dev libexpat1-dev libisal-dev libcurl4-openssl-dev libzip-dev libsqlite3-dev zlib1g-dev libxml2-utils python3 python3-cryptography age pkg-config gcc
# For make screenshots alone.
BROWSER := chromium chromium-driver python3-selenium
# For make spreadsheet alone.
OFFICE := libreoffice-calc-nogui
SWIFT ?= swift
SECONDS ?= 60
SOURCES = find Package.swift Sources Tests tools -name '.build*' -prune -o -name '*.swift' -print0

.PHONY: all run test drill bench lint format fuzz docs screenshots spreadsheet events clean setup swift packages
all: setup
	$(SWIFT) build

run: setup
	$(SWIFT) build -c release --product syncd
	$(SWIFT) build -c release --product sample-data
	tools/demo/run $(if $(DATA),"$(DATA)")

test: lint
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build $(if $(filter none,$(SYNCD_CRASH_SET)),--skip CrashTests)
	SYNCD_TEST_SERVED=1 $(SWIFT) test --skip-build --filter CommandTests
	tools/test

drill: setup
	$(SWIFT) build -c release --product syncd
	$(SWIFT) build -c release --product sample-data
	tools/drill/run

bench: setup
	tools/bench/run

fuzz: setup
	$(SWIFT) build -c release --product syncd
	$(SWIFT) build -c release --product sample-data
	tools/fuzz/run $(SECONDS)

lint: setup
	@$(SOURCES) | xargs -0 $(SWIFT) format lint --strict

format: swift
	@$(SOURCES) | xargs -0 $(SWIFT) format --in-place

docs: setup
	$(SWIFT) build --product syncd
	tools/docs/check

screenshots: PACKAGES += $(BROWSER)
screenshots: setup
	$(SWIFT) build --product syncd
	$(SWIFT) build --product sample-data
	tools/portal/screenshots

spreadsheet: PACKAGES += $(OFFICE)
spreadsheet: setup
	$(SWIFT) build --product syncd
	$(SWIFT) build --product sample-data
	python3 tools/spreadsheet/test_spreadsheet.py

events: setup
	@command -v protoc >/dev/null || { echo "Install protobuf-compiler first." >&2; exit 1; }
	$(SWIFT) build --product protoc-gen-swift
	protoc --plugin=protoc-gen-swift=.build/debug/protoc-gen-swift --swift_opt=Visibility=Public \
	  --swift_out=Sources/Events -Ischemas/events schemas/events/*.proto

clean:
	rm -rf .build out bench.json tools/bench/.build tools/faults/bin

setup: swift packages

swift:
	@command -v $(SWIFT) >/dev/null || { \
	  echo "Swift is missing: install Swift 6.3 from https://www.swift.org/install and put it on the PATH." >&2; exit 1; }

packages:
	@command -v dpkg-query >/dev/null || { \
	  echo "This is no Debian: see that these are installed under their names here: $(PACKAGES)" >&2; exit 0; }; \
	missing=; for package in $(PACKAGES); do \
	  [ "$$(dpkg-query -W -f='$${db:Status-Status}' $$package 2>/dev/null)" = installed ] || missing="$$missing $$package"; \
	done; \
	[ -z "$$missing" ] && exit 0; \
	echo "Installing Debian packages that are missing:$$missing"; \
	root=; if [ "$$(id -u)" != 0 ]; then \
	  command -v sudo >/dev/null || { echo "Neither root nor sudo: as root, run apt-get install$$missing" >&2; exit 1; }; \
	  root=sudo; \
	fi; \
	$$root apt-get update -qq && \
	$$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing || { \
	  echo "The packages could not be installed: run apt-get install$$missing and see what it says." >&2; exit 1; }
