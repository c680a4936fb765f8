// Handing in what is saved, over a line that may lose the answer.
import type { Answer } from "./page";

/**
 * What was sent and never answered may have arrived. It goes first and as it was: if it stands there already, it is
 * answered as saved, and what was written since begins from there. Sent only in its new state, it would be in conflict
 * with itself.
 */
export class Delivery<Content, Body> {
  private open: Content | null = null;

  constructor(
    private readonly put: (content: Content, leaving: boolean) => Promise<Answer<Body>>,
    /** An older content stands there, as the server says: the next one begins from it. */
    private readonly stands: (body: Body, next: Content) => void,
  ) {}

  /** This content was sent by a page that did not live to hear the answer. */
  mayHave(content: Content): void {
    this.open = content;
  }

  async send(content: Content, leaving = false): Promise<Answer<Body>> {
    if (this.open !== null && this.open !== content) {
      const answer = await this.put(this.open, leaving);
      if (answer.status !== 200 || !answer.body) return this.settled(answer);
      this.stands(answer.body, content);
    }
    this.open = content;
    return this.settled(await this.put(content, leaving));
  }

  private settled(answer: Answer<Body>): Answer<Body> {
    if (answer.status !== 0 && answer.status < 500) this.open = null;
    return answer;
  }
}
