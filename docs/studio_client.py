"""Makes a film through the studio: python docs/studio_client.py ADDRESS STORY CAST OUT

CAST is a folder of people as `script2movie --cast` takes it: Anna/portrait.jpg, Anna/voice.wav.
"""

import secrets
import shutil
import sys
import time
import urllib.request
from pathlib import Path

from gradio_client import Client, handle_file


def main(address: str, story: Path, cast: Path, out: Path) -> None:
    # On a network without logins a film belongs to whoever has this cookie: keep it to come back.
    cookie = f"script2movie_owner={secrets.token_urlsafe(32)}"
    client = Client(address, headers={"cookie": cookie}, verbose=False)

    film = client.predict(story.stem, api_name="/new_film")
    client.predict(film, story.read_text("utf-8"), api_name="/set_story")
    for person in sorted(path for path in cast.iterdir() if path.is_dir()):
        portraits = [handle_file(path) for path in person.glob("portrait*")]
        voice = next((handle_file(path) for path in person.glob("voice.[wfmo]*")), None)
        client.predict(film, person.name, portraits, voice, api_name="/add_person")
    client.predict(film, "preview", "320x180", 8, "", 0, api_name="/choose")

    for work in ("plan", "film"):
        print(client.predict(film, work, api_name="/cost"))
        client.predict(film, work, api_name="/start")
        while (status := client.predict(film, api_name="/status"))["state"] in (
            "waiting",
            "running",
        ):
            time.sleep(1)
        if status["state"] != "done":
            sys.exit(f"{work}: {status['message']}")

    for name, link in client.predict(film, api_name="/results").items():
        request = urllib.request.Request(f"{address}/{link}", headers={"cookie": cookie})
        path = out / Path(name).name
        path.parent.mkdir(parents=True, exist_ok=True)
        with urllib.request.urlopen(request) as answer, path.open("wb") as file:
            shutil.copyfileobj(answer, file)
        print(path)
    client.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
