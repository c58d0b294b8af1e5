// Draw a plotly figure as soon as the page's plotly.js is there.
function plot(place, figure, tries = 0) {
  if (window.Plotly) {
    window.Plotly.newPlot(place, figure.data, figure.layout, figure.config);
    // The page may still move its columns about; plotly itself listens to the window only.
    new ResizeObserver(() => window.Plotly.Plots.resize(place)).observe(place);
  } else if (tries < 200) {
    setTimeout(() => plot(place, figure, tries + 1), 50);
  } else {
    place.textContent = "The figure needs plotly.js beside this page, or JupyterLab.";
  }
}
