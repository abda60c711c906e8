#!/usr/bin/env node
import '../dist/depot-publish.mjs';
