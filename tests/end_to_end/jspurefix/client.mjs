// A session of jspurefix, an independent FIX engine, as promises: what a test says and waits for.
import 'reflect-metadata'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import jspurefix from 'jspurefix'

const { AsciiSession, DefinitionFactory, EmptyLogFactory, SessionLauncher, SessionState } = jspurefix
const require = createRequire(import.meta.url)

export const patience_ms = 15_000

// The dictionaries are jspurefix's own: what the venue sends must be proper there. Only the messages
// that are spoken here stay in one, for reading it takes its time, and the venue's own tags are added.
const spoken = ['0', '1', '2', '3', '4', '5', 'A', '8', '9', 'AE', 'AF', 'AR', 'D', 'F', 'G', 'H', 'j', 'q', 'r']
const own_tags = [
  [9701, 'RuleCode', 'INT'],
  [9702, 'ReplacementRatio', 'STRING'],
  [9703, 'CreditedQty', 'QTY'],
  [9704, 'RetiredQty', 'QTY'],
  [9706, 'LedgerSeq', 'STRING'],
  [9707, 'RuleSetId', 'STRING'],
  [9712, 'BlockMinutes', 'INT'],
  [9713, 'BlockNo', 'STRING']
]
// Of the standard's fields, but not of these messages in the standard; and fields that came after
// FIX.4.4, which has them from here.
const versions = {
  'FIXT.1.1': { file: 'FIX50SP2.xml', later: [], added_to_reports: [], added_to_blocks: ['ExpireTime', 'Text'] },
  'FIX.4.4': {
    file: 'FIX44.xml',
    later: [
      [1003, 'TradeID', 'STRING'],
      [1057, 'AggressorIndicator', 'BOOLEAN'],
      [1138, 'DisplayQty', 'QTY'],
      [1369, 'MassActionReportID', 'STRING']
    ],
    added_to_reports: ['TradeID', 'AggressorIndicator', 'DisplayQty', 'MassActionReportID', 'TrdMatchID'],
    added_to_blocks: ['ExpireTime', 'Text', 'TradeID']
  }
}

export function write_dictionary (folder, begin_string) {
  const { file: name, later, added_to_reports, added_to_blocks } = versions[begin_string]
  const standard = join(dirname(require.resolve('jspurefix/package.json')), 'data', name)
  const fields = [...own_tags, ...later].map(([number, name, type]) =>
    `<field number='${number}' name='${name}' type='${type}'/>`).join('\n')
  const use = (name) => `<field name='${name}' required='N'/>`
  const uses = [...own_tags.map(([, name]) => name), ...added_to_reports].map(use).join('\n')
  const uses_in_blocks = added_to_blocks.map(use).join('\n')
  const text = readFileSync(standard, 'utf8')
    .replaceAll(/<message [^>]*msgtype='([^']+)'[^]*?<\/message>/g,
      (message, type) => spoken.includes(type) ? message : '')
    .replace('<fields>', `<fields>\n${fields}`)
    .replaceAll(/(<message name='(?:ExecutionReport|OrderCancelReject|OrderMassCancelReport|TradeCaptureReport(?:Ack)?)'[^>]*>)/g, `$1\n${uses}`)
    .replaceAll(/(<message name='TradeCaptureReport(?:Ack)?'[^>]*>)/g, `$1\n${uses_in_blocks}`)
  const file = join(folder, `${begin_string}.xml`)
  writeFileSync(file, text)
  return file
}

// The engine reads a dictionary again at each logon: once will do.
const read_dictionary = DefinitionFactory.prototype.getDefinitions
const dictionaries = new Map()
DefinitionFactory.prototype.getDefinitions = function (path, get_logger) {
  if (!dictionaries.has(path)) dictionaries.set(path, read_dictionary.call(this, path, get_logger))
  return dictionaries.get(path)
}

// Waits for a condition that is tried again with each event.
class Waits {
  #waiting = []

  until (what, found) {
    const now = found()
    if (now !== undefined) return Promise.resolve(now)
    return new Promise((resolve, reject) => {
      const wait = { found, resolve, timer: null }
      wait.timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== wait)
        reject(new Error(`waited ${patience_ms} ms for ${what}`))
      }, patience_ms)
      this.#waiting.push(wait)
    })
  }

  look () {
    this.#waiting = this.#waiting.filter((wait) => {
      const found = wait.found()
      if (found === undefined) return true
      clearTimeout(wait.timer)
      wait.resolve(found)
      return false
    })
  }
}

class Session extends AsciiSession {
  constructor (config, owner) {
    super(config)
    this.owner = owner
    owner.session = this
    // The engine does not wait for its writes, and one may overtake another: here they keep order.
    const files = this.sessionStore.getStreamProvider()
    const write = files.writeSeqNums.bind(files)
    let last = Promise.resolve()
    files.writeSeqNums = (content) => { last = last.then(() => write(content)); return last }
    this.on('error', () => {})  // told by onStopped; without a listener it would end the process
  }

  // While it looks for what it is to send again it would take what comes for the end of the session.
  validStateApplicationMsg () {
    return this.sessionState.state === SessionState.HandleResendRequest || super.validStateApplicationMsg()
  }

  onReady () { this.owner.on_ready() }
  onApplicationMsg (type, view) { this.owner.on_message(type, view.toObject()) }
  onDecoded (type, text) { this.owner.on_frame('in', type, text) }
  onEncoded (type, text) { this.owner.on_frame('out', type, text) }
  onLogon () { return true }
  onStopped (error) { this.owner.on_stopped(error) }
}

class Launcher extends SessionLauncher {
  constructor (description, owner) {
    super(description, null, new EmptyLogFactory())
    this.owner = owner
  }

  makeFactory () {
    return { makeSession: (config) => new Session(config, this.owner) }
  }
}

// One client with its numbers and messages on disk: connect() after leave() or drop() goes on with
// them, as the engine has it.
export class Client {
  #waits = new Waits()
  #taken = 0

  // `tls`: what node:tls wants of a client; without, the line is plain.
  constructor ({ port, comp_id, password, folder, dictionary, begin_string, tls }) {
    this.messages = []  // application messages, in order
    this.frames = []  // { direction, type, text }, everything
    this.description = {
      application: {
        type: 'initiator',
        name: comp_id,
        tcp: { host: '127.0.0.1', port, ...(tls && { tls: { nodeTlsConnectionOptions: tls } }) },
        protocol: 'ascii',
        dictionary
      },
      BeginString: begin_string,
      SenderCompId: comp_id,
      TargetCompID: 'EMX',
      TargetSubID: 'ORDERS',
      Username: comp_id,
      Password: password,
      HeartBtInt: 30,
      ResetSeqNumFlag: false,
      Logon: begin_string === 'FIXT.1.1'
        ? { DefaultApplVerID: '9', ResetSeqNumFlag: null }
        : { ResetSeqNumFlag: null },
      // Of messages that are sent again, this engine keeps the header alone.
      store: { type: 'file', directory: join(folder, comp_id), resendGapFillOnly: true }
    }
  }

  async connect () {
    // What the last session still has to write must be on disk before this one reads it, or the
    // venue sees a number again.
    const before = this.session?.sessionStore
    await before?.setSenderSeqNum(before.senderSeqNum)
    this.ready = false
    this.stopped = undefined
    this.launcher = new Launcher(this.description, this)
    this.ended = this.launcher.run().catch((error) => { this.on_stopped(error) })
    await this.#waits.until('the logon', () => this.ready || this.stopped ? true : undefined)
    if (this.ready) return
    const why = this.stopped.error?.message ?? 'the session stopped'
    const last = this.frames.slice(-3).map(({ direction, text }) => `\n  ${direction}: ${text}`)
    throw new Error(why + last.join(''))
  }

  on_ready () {
    const { transmitter, receiver } = this.session.transport
    this.transmitter = transmitter  // gone with the line
    receiver.on('error', () => {})  // told by onStopped, and once more when nobody listens any more
    this.ready = true
    this.#waits.look()
  }
  on_message (type, message) { this.messages.push({ type, message }); this.#waits.look() }
  on_frame (direction, type, text) { this.frames.push({ direction, type, text }); this.#waits.look() }
  on_stopped (error) { this.stopped ??= { error }; this.#waits.look() }

  send (type, message) { this.session.send(type, message) }

  // The next application message that was not taken yet.
  async next () {
    const { type, message } = await this.#waits.until('a message', () => this.messages[this.#taken])
    this.#taken += 1
    return { type, ...message }
  }

  // The first frame from the venue, after the first `after` frames, that says all of this.
  frame_with (after, ...fields) {
    return this.#waits.until(`a frame with ${fields}`, () => this.frames.slice(after).find((frame) =>
      frame.direction === 'in' && fields.every((field) => frame.text.includes(`|${field}|`))))
  }

  // What comes from now on is not read any more.
  stop_reading () { this.session.transport.duplex.readable.pause() }

  // Where the venue is from the next connect() on.
  set port (port) { this.description.application.tcp.port = port }

  // The venue is asked for a sign of life: what it said before has come.
  async round_trip (id) {
    const from = this.frames.length
    this.send('1', { TestReqID: id })
    await this.frame_with(from, '35=0', `112=${id}`)
  }

  // Logout, answered.
  async leave () {
    this.session.done()
    await this.#waits.until('the end', () => this.stopped)
    await this.ended
  }

  // The line breaks, if it has not. The engine no longer notes what it sends just then, such as the
  // answer to a TestRequest: the number it had come to is noted for it.
  async drop () {
    const store = this.session.sessionStore
    if (!this.stopped) this.session.stop()
    await this.#waits.until('the end', () => this.stopped)
    await this.ended
    store.senderSeqNum = Math.max(store.senderSeqNum, this.transmitter.msgSeqNum)
  }
}
