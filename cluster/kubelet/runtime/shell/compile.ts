/**
 * Compiles the shell ahead, once for a Node: `compile SCRIPT CODE_CACHE`. It runs a few harmless lines first, so that V8 keeps
 * the functions that are called and not only their names.
 */
import fs from 'node:fs'
import { compiledScript } from './compiled-script.ts'

const LINES = `x=$(echo one two | grep one); y="\${x%two}"; export y
for i in 1 2; do test $i -eq 1 && echo $i || continue; done
while false; do :; done
case $x in one*) true;; *) false;; esac
if [ -f /nowhere ]; then cat /nowhere; else echo "$y" | tr a-z A-Z | sed s/O/o/ | head -n 1 | wc -l; fi
cat /nowhere; ls /nowhere; ls -l /dev/null; f() { sleep 0; }; f; printf '%s\\n' a; hostname; date; env; (echo sub >&2); wget -q; nslookup; exit 0`

const [script = '', codeCache = ''] = process.argv.slice(2)
const compiled = compiledScript(script, codeCache)
const end = process.exit.bind(process)
process.argv = [...process.argv.slice(0, 2), 'busybox', 'sh', '-c', LINES]
process.exit = ((code?: number) => {
  const fresh = `${codeCache}.${process.pid}.new`
  fs.writeFileSync(fresh, compiled.script.createCachedData())
  fs.renameSync(fresh, codeCache)
  end(code)
}) as typeof process.exit
compiled.run()
