import { exec } from 'node:child_process'

const place = process.argv[2] ?? '.'

setInterval(() => exec(`kubectl apply -f "${place}"`, (error, stdout) => console.log(error ?? stdout)), 2000)
