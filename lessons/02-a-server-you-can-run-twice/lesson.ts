import { hostname } from 'node:os'
import {
  beginsWith,
  check,
  defaultPort,
  drill,
  imageBuilt,
  lesson,
  notAsRoot,
  podsOfImage,
  politeEnd,
  prediction,
  server,
  sideBySide,
} from '../../checker/lesson/index.ts'

const SERVER = 'server.ts'
const IMAGE = 'my-server:1.0'
const copies = sideBySide(SERVER, ['/', '/health', '/no-such-page', '/no/such/page'])
const farewell = politeEnd(SERVER, { slow: '/slow', says: 'done', within: 3 })
const pages = sideBySide(SERVER, ['/'])

const greetingFromOutside = drill({
  name: 'greeting-from-outside',
  title: 'A greeting from outside',
  files: { [SERVER]: server },
  checks: [
    check(
      'each copy greets as it was told',
      beginsWith(SERVER, [
        { env: { GREETING: 'Good morning' }, begins: 'Good morning' },
        { env: { GREETING: "It's spring" }, begins: "It's spring" },
      ]),
    ),
    check('without a greeting it says Welcome', beginsWith(SERVER, [{ env: {}, begins: 'Welcome' }]), {
      needs: 'none',
    }),
    check('so it does with an empty one', beginsWith(SERVER, [{ env: { GREETING: '' }, begins: 'Welcome' }]), {
      needs: 'none',
    }),
    check('without PORT it listens on 3000', defaultPort(SERVER), { needs: 'none' }),
  ],
  hints: {
    'each copy greets as it was told': [
      'Where does the port come from, and could the greeting come from there too?',
      'The line with `process.env` in `server.ts`.',
      'Read `process.env.GREETING` into a constant, and begin the answer with it.',
    ],
    'without a greeting it says Welcome': [
      'What is an environment variable that nobody set?',
      'It is `undefined`, and a text with it in it says "undefined".',
      'An operator between the variable and a default takes the default then.',
    ],
    'without PORT it listens on 3000': [
      'Did the line with the port change?',
      'It is the line that begins with `const port`.',
      'The port needs no change in this drill.',
    ],
    'so it does with an empty one': [
      'What does `??` do with an empty text?',
      'It replaces only `undefined` and `null`. Which operator replaces an empty text as well?',
      'A text that is empty counts as false: `||` takes the other side then.',
    ],
  },
  proved: 'one program says what each of its copies was told.',
})

const aPoliteEnd = drill({
  name: 'a-polite-end',
  title: 'A polite end',
  waits: 2,
  files: { [SERVER]: server },
  checks: [
    check('a request that is being answered gets its whole answer', farewell.answersWhole),
    check('no new connection is accepted', farewell.takesNobody, { needs: 'none' }),
    check('it ends by itself with exit code 0 within 3 seconds', farewell.endsItself, { needs: 'none' }),
    check('the other pages answer ok, as before', pages('/', { status: 200, contains: 'ok' }), { needs: 'none' }),
    check('without PORT it listens on 3000', defaultPort(SERVER), { needs: 'none' }),
  ],
  hints: {
    'a request that is being answered gets its whole answer': [
      'Who decides what happens when SIGTERM comes, if your program does not?',
      '`process.on` takes the name of a signal and a function; `server.close` is in the pages of `node:http`.',
      '`server.close` takes nobody new, lets the others finish, and calls a function when the last one is gone.',
    ],
    'no new connection is accepted': [
      'Who still listens on the port after the signal?',
      'The server does, until it is told not to.',
      '`server.close` is that, and it has to be called at once when the signal comes.',
    ],
    'the other pages answer ok, as before': [
      'What did the server answer to `/` before you changed it?',
      'The last line of the function that answers requests.',
      'That function needs no change in this drill.',
    ],
    'without PORT it listens on 3000': [
      'Did the line with the port change?',
      'It is the line that begins with `const port`.',
      'The port needs no change in this drill.',
    ],
    'it ends by itself with exit code 0 within 3 seconds': [
      'What keeps the process running after the signal?',
      'A handler for SIGTERM replaces what the signal would do otherwise: then the end is yours to make.',
      'Call `process.exit(0)` when the server has closed, not before.',
    ],
  },
  proved: 'a server that is asked to end finishes its work first.',
})

export default lesson({
  title: 'A server you can run twice',
  minutes: 25,
  files: {
    [SERVER]: server,
    Dockerfile: server,
    'predict.yaml': prediction({
      secondCopy: { answer: 2, because: 'one port of one machine belongs to one process' },
    }),
  },
  checks: [
    check('two copies run side by side, each on its port', copies('/', { status: 200 }), { read: 'The idea' }),
    check('the answer to / contains the host name', copies('/', { status: 200, contains: hostname() }), {
      read: 'The idea',
    }),
    check('/health answers with status 200', copies('/health', { status: 200 }), {
      needs: 'two copies run side by side, each on its port',
    }),
    check('other paths answer with status 404', copies(['/no-such-page', '/no/such/page'], { status: 404 }), {
      needs: 'two copies run side by side, each on its port',
    }),
    check('without PORT it listens on 3000', defaultPort(SERVER), { needs: 'none', read: 'The idea' }),
    check('it does not run as root', notAsRoot(IMAGE), { needs: 'none', read: 'Pack it' }),
    check(`${IMAGE} is built`, imageBuilt(IMAGE), { needs: 'none', read: 'Pack it' }),
    check('two pods of it answer, each with its own name', podsOfImage(IMAGE), { read: 'Pack it' }),
  ],
  drills: [greetingFromOutside, aPoliteEnd],
  hints: {
    'two copies run side by side, each on its port': [
      'Who decides on which port a copy listens: the program, or who starts it?',
      '"The idea" shows how a copy is started with a port of its own.',
      '`process.env.PORT` is what `listen` should get.',
    ],
    'the answer to / contains the host name': [
      'How does a program learn the name of its machine?',
      '`hostname()` of `node:os`, and a text in backquotes that has it in it.',
      'Import it as `createServer` is imported, and put it into the answer to `/`.',
    ],
    '/health answers with status 200': [
      'What does the server answer to a path that it does not know?',
      'The condition on `request.url` in `server.ts`, which knows one page so far.',
      'One more such condition, above the 404, that ends the answer and returns.',
    ],
    'other paths answer with status 404': [
      'What does your server do with a path that it does not know?',
      'Which of the conditions on `request.url` is true for `/no-such-page`?',
      'Each page has a condition of its own, and what is left over ends with `statusCode = 404`, as it did before.',
    ],
    'without PORT it listens on 3000': [
      'What is `process.env.PORT` when nobody set it?',
      'It is `undefined` then; there is an operator that takes another value in its place.',
      '`??` stands between what was given and the default.',
    ],
    'it does not run as root': [
      'Which user runs the program in the image, if nobody says?',
      'The table in "Pack it" has a line for it.',
      'The image of Node brings a user called `node`.',
    ],
    'my-server:1.0 is built': [
      'Which line of the Dockerfile does the builder point at?',
      'Compare it with the table in "Pack it", letter by letter.',
      '`npm run image my-server:1.0` says the same, line by line.',
    ],
    'two pods of it answer, each with its own name': [
      'What do the last lines of the log say?',
      'Does the image hold the file that `CMD` starts? The name after `COPY` and the one in `CMD` are the same.',
      'A program that names an address in `listen`, like 127.0.0.1, is heard by nobody outside of its own pod.',
    ],
  },
  proved: 'one program ran twice on one machine, and twice in a cluster; each copy said its own name.',
})
