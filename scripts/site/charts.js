// In the page: each chart is drawn when it comes near the view; until then, and without scripts, its picture is there.
(() => {
  const quiet = {
    level: () => quiet,
    error: console.error.bind(console),
    warn: () => quiet,
    info: () => quiet,
    debug: () => quiet,
  };

  async function draw(figure) {
    const spec = JSON.parse(figure.querySelector("script").textContent);
    const place = document.createElement("div");
    const compiled = vegaLite.compile(spec, { logger: quiet }).spec;
    const view = new vega.View(vega.parse(compiled), { renderer: "svg", hover: true });
    await view.initialize(place).runAsync();
    figure.querySelector(".still")?.remove();
    figure.append(place);
    figure.dataset.live = "true";
    figure.view = view;
  }

  const seen = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        seen.unobserve(target);
        draw(target).catch((error) => console.error(error));
      }
    },
    { rootMargin: "400px" },
  );
  for (const figure of document.querySelectorAll("figure.chart")) seen.observe(figure);
})();
