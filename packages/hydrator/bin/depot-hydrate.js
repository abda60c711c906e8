#!/usr/bin/env node
import '../dist/depot-hydrate.mjs';
