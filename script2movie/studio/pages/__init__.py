"""The pages: a file a step. They join components to the studio's functions, and no more.

films        which film: list, new, copy, delete, and how far its work is
story        the text, and what it will become
cast         people, their portraits and voices
plan         scenes and shots, edited
storyboard   a picture a shot
film         the film
score        how consistent it is
settings     what it is made with
api          the same steps for a program
"""

from pathlib import Path
from typing import Any

import gradio as gr

from script2movie.studio.desk import Desk, Shared
from script2movie.studio.pages import api, cast, film, films, plan, score, settings, story
from script2movie.studio.pages import storyboard as board

__all__ = ["LOOK", "build"]

FONT = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
WIDTH = '<meta name="viewport" content="width=device-width, initial-scale=1">'
# Gradio's messages are a button with another in it, which no screen reader can tell apart: the one
# that closes them stays.
MESSAGES = """<script>
new MutationObserver(() => {
  for (const head of document.querySelectorAll('.toast-header[role=button]')) {
    head.removeAttribute('role');
    head.removeAttribute('tabindex');
  }
}).observe(document.documentElement, {childList: true, subtree: true});
</script>"""
# What an upload is for is settled when it is dropped or chosen, however long it is on its way.
UPLOADS = """<script>
for (const kind of ['click', 'drop', 'change'])
  document.addEventListener(kind, event => {
    const place = event.target.closest('.s2m-upload');
    const page = place && place.closest('[role=tabpanel]');
    const stands = page && page.querySelector('.s2m-stands :is(textarea, input)');
    if (stands) place.dataset.stands = stands.value;
  }, true);
</script>"""
# Questions are sent in the order in which they were asked, and answers read in that order: Gradio's
# client puts an answer that comes before its question was confirmed aside, and may then read it
# before an older one. So what comes down the stream waits for the confirmation.
IN_ORDER = """<script>
{
  const send = window.fetch, gates = new Map();
  const gate = id => {
    if (!gates.has(id)) {
      const one = {};
      one.open = new Promise(resolve => { one.unlock = resolve; });
      gates.set(id, one);
    }
    return gates.get(id);
  };
  let sent = Promise.resolve();
  const ask = async (where, what) => {
    const response = await send(where, what);
    const told = await response.json();
    response.json = async () => told;
    setTimeout(() => gate(told.event_id).unlock());  // once the client has read it
    return response;
  };
  const confirmed = body => {
    let said = '';
    return body.pipeThrough(new TextDecoderStream()).pipeThrough(new TransformStream({
      async transform(part, out) {
        const messages = (said + part).split('\\n\\n');
        said = messages.pop();
        for (const message of messages) {
          const told = message.startsWith('data:') ? JSON.parse(message.slice(5)) : {};
          if (told.event_id) await gate(told.event_id).open;
          if (told.msg === 'process_completed') gates.delete(told.event_id);
          out.enqueue(message + '\\n\\n');
        }
      }
    })).pipeThrough(new TextEncoderStream());
  };
  window.fetch = async (where, what) => {
    const address = String(where.url ?? where);
    if (address.includes('/queue/join')) {
      const answer = sent.then(() => ask(where, what));
      sent = answer.catch(() => {});
      return answer;
    }
    const response = await send(where, what);
    return address.includes('/queue/data') && response.ok
      ? new Response(confirmed(response.body), response) : response;
  };
}
</script>"""
LOOK: dict[str, Any] = {
    "theme": gr.themes.Base(
        primary_hue="blue", neutral_hue="slate", font=FONT, font_mono=("ui-monospace", "monospace")
    ).set(
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
        block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_300",
        block_label_text_color="*neutral_700",
        block_label_text_color_dark="*neutral_200",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        button_large_text_weight="500",
        button_medium_text_weight="500",
        button_small_text_weight="500",
        button_large_text_size="*text_md",
        button_secondary_background_fill="white",
        button_secondary_background_fill_hover="*neutral_100",
        button_secondary_background_fill_dark="*neutral_800",
        button_secondary_background_fill_hover_dark="*neutral_700",
        button_border_width="1px",
        button_secondary_border_color="*neutral_300",
        button_secondary_border_color_dark="*neutral_600",
        button_cancel_background_fill="white",
        button_cancel_background_fill_dark="*neutral_800",
        button_cancel_text_color="#b42318",
        button_cancel_text_color_dark="#ffa198",
        button_cancel_border_color="#b42318",
        button_cancel_border_color_dark="#ffa198",
        input_background_fill="white",
        input_border_width="1px",
        block_shadow="none",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover_dark="*primary_800",
        button_primary_text_color="white",
        button_primary_text_color_dark="white",
    ),
    "css_paths": [Path(__file__).parent.parent / "studio.css"],
    "head": f"{WIDTH}{MESSAGES}{UPLOADS}{IN_ORDER}",
}


def build(desk: Desk) -> Any:
    """All pages as one app."""
    with gr.Blocks(title="script2movie", analytics_enabled=False, fill_width=True) as blocks:
        api.build(desk)  # first, so that no page's function takes a documented name
        bar = films.bar()
        revision, shot = gr.State(0), gr.State("")
        with gr.Tabs(elem_id="steps") as tabs:
            looked = [bar.job, bar.stop, bar.timer, bar.stands]
            shared = Shared(bar.film, revision, shot, tabs, looked)
            rooms = (story, cast, plan, board, film, score, settings)
            steps = [room.build(desk, shared) for room in rooms]
        films.join(desk, shared, bar, steps, blocks)
    return blocks
