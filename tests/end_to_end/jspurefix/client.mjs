// A session of jspurefix, an independent FIX engine, as promises: what a test says and waits for.
import 'reflect-metadata'
import { join } from 'node:path'
import jspurefix from 'jspurefix'

const { AsciiSession, EmptyLogFactory, SessionLauncher, SessionState } = jspurefix

export const patience_ms = 15_000

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
    this.heartbeat = !owner.is_silent
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
  onApplicationMsg (type, view) { this.owner.on_message(type, view.toObject(), view.undefinedForMsg()) }
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
// them, as the engine has it; or numbers start again each time, if `starts_again`.
export class Client {
  #waits = new Waits()
  #taken = 0

  // `tls`: what node:tls wants of a client; without, the line is plain.
  constructor ({
    port, comp_id, password, folder, dictionary, begin_string, tls,
    target_sub_id = 'ORDERS', heartbeat_s = 30, starts_again = false
  }) {
    this.is_silent = false  // from the next connect() on it says nothing by itself
    this.messages = []  // application messages, in order
    this.unknown = []  // what was in them that the dictionary does not have there
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
      TargetSubID: target_sub_id,
      Username: comp_id,
      Password: password,
      HeartBtInt: heartbeat_s,
      ResetSeqNumFlag: starts_again,
      Logon: {
        ...(begin_string === 'FIXT.1.1' && { DefaultApplVerID: '9' }),
        ...(!starts_again && { ResetSeqNumFlag: null })
      },
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
  on_message (type, message, unknown) {
    this.messages.push({ type, message })
    if (unknown) this.unknown.push(`${type}: ${unknown}`)
    this.#waits.look()
  }
  on_frame (direction, type, text) { this.frames.push({ direction, type, text }); this.#waits.look() }
  on_stopped (error) { this.stopped ??= { error }; this.#waits.look() }

  send (type, message) { this.session.send(type, message) }

  // The next application message that was not taken yet.
  async next () {
    const { type, message } = await this.#waits.until('a message', () => this.messages[this.#taken])
    this.#taken += 1
    return { type, ...message }
  }

  // All that has come counts as taken.
  pass_over () { this.#taken = this.messages.length }

  until (what, found) { return this.#waits.until(what, found) }

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
